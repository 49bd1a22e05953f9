import { asRecord, asText } from '../pins';
import { joinPath, resolvePath } from '../paths';
import { YamlFile } from '../yaml/YamlFile';

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const MAX_KUSTOMIZATIONS = 200;

/** One kustomization and what it refers to inside its repository. */
export interface Kustomization {
  directory: string;
  path: string;
  data: Record<string, unknown>;
  /** Files of resources and patches. */
  files: string[];
  /** Patches that stand in the kustomization itself. */
  inline: string[];
  /** Bases that are not in the repository. */
  remote: string[];
}

export async function findKustomization(
  read: (path: string) => Promise<Uint8Array | undefined>,
  directory: string,
): Promise<{ path: string; bytes: Uint8Array } | undefined> {
  for (const name of NAMES) {
    const path = joinPath(directory, name);
    const bytes = await read(path);
    if (bytes) return { path, bytes };
  }
  return undefined;
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The kustomization of a directory and all that it is built on, the outermost first. */
export async function walkKustomizations(
  read: (path: string) => Promise<Uint8Array | undefined>,
  root: string,
): Promise<Kustomization[]> {
  const seen = new Set<string>();
  const result: Kustomization[] = [];
  const visit = async (directory: string): Promise<boolean> => {
    if (seen.has(directory)) return true;
    const found = await findKustomization(read, directory);
    if (!found) return false;
    seen.add(directory);
    if (seen.size > MAX_KUSTOMIZATIONS) return true;
    const data =
      asRecord(YamlFile.of(found.bytes, found.path).documents[0].data) ?? {};
    const kustomization: Kustomization = {
      directory,
      path: found.path,
      data,
      files: [],
      inline: [],
      remote: [],
    };
    result.push(kustomization);
    for (const entry of [
      ...list(data.resources),
      ...list(data.bases),
      ...list(data.components),
    ]) {
      const text = asText(entry);
      if (!text) continue;
      const path = resolvePath(directory, text);
      if (
        /^[a-z+]+:\/\/|^git@|^[\w-]+\.[\w.-]+\/.*(\?ref=|\/\/)/i.test(text) ||
        path === undefined
      ) {
        kustomization.remote.push(text);
      } else if (!(await visit(path))) {
        kustomization.files.push(path);
      }
    }
    const patches = [
      ...list(data.patches).map(patch => asRecord(patch)?.path),
      ...list(data.patchesJson6902).map(patch => asRecord(patch)?.path),
      ...list(data.patchesStrategicMerge),
    ];
    kustomization.inline.push(
      ...[
        ...list(data.patches).map(patch => asRecord(patch)?.patch),
        ...list(data.patchesJson6902).map(patch => asRecord(patch)?.patch),
        ...list(data.patchesStrategicMerge),
      ].filter(
        (patch): patch is string =>
          typeof patch === 'string' && patch.includes('\n'),
      ),
    );
    for (const patch of patches) {
      const path =
        typeof patch === 'string' && !patch.includes('\n')
          ? resolvePath(directory, patch)
          : undefined;
      if (path) kustomization.files.push(path);
    }
    return true;
  };
  await visit(root);
  return result;
}
