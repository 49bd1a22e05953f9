import {
  ManifestEditor,
  ManifestSource,
  ManifestTree,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { joinPath, resolvePath } from '../paths';
import { readEdited } from '../editors/podTemplates';
import { YamlFile } from '../yaml/YamlFile';
import { OverrideLayer, overrideLayers } from './overrideLayers';

/** One file of values, in the order in which Helm lays them over each other. */
interface ValuesLayer {
  sourceIndex: number;
  path: string;
  /** Values of the chart itself, which every release of it shares. */
  isDefault: boolean;
}

/** A file of values that was read. */
export interface FileLayer extends ValuesLayer {
  bytes: Uint8Array;
  file: YamlFile;
  data: unknown;
  repoURL: string;
  targetRevision: string;
}

/** What one Helm source of an Application renders with, lowest layer first. */
export interface HelmValues {
  files: FileLayer[];
  /** Values in the Application's own spec: they lie over every file. */
  overrides: OverrideLayer[];
  /** Whether the chart's templates read a digest; else only the tag reaches the Pod. */
  digestKey: boolean;
}

type Context = Pick<
  Parameters<ManifestEditor['edit']>[0],
  'sources' | 'tree' | 'edited'
>;

/** Files of values of the source at `index`; multi-source references (`$ref/…`) are resolved. */
export function valuesLayers(
  sources: ManifestSource[],
  index: number,
): ValuesLayer[] {
  const source = sources[index];
  const directory = resolvePath('', source.path ?? '') ?? '';
  const layers: ValuesLayer[] = [];
  if (!source.chart)
    layers.push({
      sourceIndex: index,
      path: joinPath(directory, 'values.yaml'),
      isDefault: true,
    });
  for (const file of source.helm?.valueFiles ?? []) {
    if (/^[a-z]+:\/\//i.test(file)) continue;
    const reference = /^\$([^/]+)\/(.*)$/.exec(file);
    const sourceIndex = reference
      ? sources.findIndex(({ ref }) => ref === reference[1])
      : index;
    const path = reference
      ? resolvePath('', reference[2])
      : resolvePath(
          file.startsWith('/') ? '' : directory,
          file.replace(/^\/+/, ''),
        );
    if (sourceIndex < 0 || path === undefined) continue;
    const known = layers.findIndex(
      layer => layer.sourceIndex === sourceIndex && layer.path === path,
    );
    if (known >= 0) layers.splice(known, 1);
    layers.push({ sourceIndex, path, isDefault: false });
  }
  return layers;
}

/** All values of the source at `index`; undefined when it is no Helm chart. */
export async function openHelmValues(
  context: Context,
  index: number,
): Promise<HelmValues | undefined> {
  const source = context.sources[index];
  if (source.path === undefined && !source.chart) return undefined;
  const tree = source.chart ? undefined : await context.tree(index);
  const directory = resolvePath('', source.path ?? '') ?? '';
  if (
    !source.chart &&
    !(tree && (await tree.read(joinPath(directory, 'Chart.yaml'))))
  )
    return undefined;
  return {
    files: await openFiles(valuesLayers(context.sources, index), context),
    overrides: overrideLayers(source),
    digestKey: tree ? await chartKnowsDigest(tree, directory) : false,
  };
}

async function openFiles(
  layers: ValuesLayer[],
  context: Context,
): Promise<FileLayer[]> {
  const open: FileLayer[] = [];
  for (const layer of layers) {
    const { repoURL, targetRevision } = context.sources[layer.sourceIndex];
    const tree = await context.tree(layer.sourceIndex);
    const bytes =
      tree && (await readEdited(tree, context.edited, repoURL, layer.path));
    if (!bytes) continue;
    const file = YamlFile.of(bytes, layer.path);
    const { data } = file.documents[0];
    open.push({ ...layer, bytes, file, data, repoURL, targetRevision });
  }
  return open;
}

async function chartKnowsDigest(
  tree: ManifestTree,
  directory: string,
): Promise<boolean> {
  for (const path of await tree.list(joinPath(directory, 'templates'))) {
    const bytes = await tree.read(path);
    if (
      bytes &&
      /\.(digest|imageDigest)\b/.test(Buffer.from(bytes).toString('utf8'))
    )
      return true;
  }
  return false;
}
