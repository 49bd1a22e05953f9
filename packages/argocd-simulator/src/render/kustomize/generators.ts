import { KubernetesObject, RenderError } from '../../ports';
import { FileTree, normalizePath } from '../files';
import { GeneratorArgs, GeneratorOptions } from './types';

type Entries = Map<string, Uint8Array>;

function fromFile(tree: FileTree, directory: string, path: string): Uint8Array {
  const full = normalizePath(directory, path);
  const bytes = full === undefined ? undefined : tree.get(full);
  if (!bytes) {
    throw new RenderError(
      `kustomize build failed: evalsymlink failure on '${path}': no such file or directory`,
    );
  }
  return bytes;
}

function entriesOf(
  tree: FileTree,
  directory: string,
  args: GeneratorArgs,
): Entries {
  const entries: Entries = new Map();
  const envs = [...(args.envs ?? []), ...(args.env ? [args.env] : [])];
  for (const path of envs) {
    for (const line of Buffer.from(fromFile(tree, directory, path))
      .toString('utf8')
      .split(/\r?\n/)) {
      if (!line.trim() || line.startsWith('#')) continue;
      const equals = line.indexOf('=');
      entries.set(line.slice(0, equals), Buffer.from(line.slice(equals + 1)));
    }
  }
  for (const spec of args.files ?? []) {
    const equals = spec.indexOf('=');
    const path = spec.slice(equals + 1);
    entries.set(
      equals < 0 ? path.split('/').at(-1)! : spec.slice(0, equals),
      fromFile(tree, directory, path),
    );
  }
  for (const literal of args.literals ?? []) {
    const equals = literal.indexOf('=');
    if (equals < 0) {
      throw new RenderError(
        `kustomize build failed: invalid literal source ${literal}, expected key=value`,
      );
    }
    const value = literal.slice(equals + 1).replace(/^(["'])(.*)\1$/s, '$2');
    entries.set(literal.slice(0, equals), Buffer.from(value));
  }
  return entries;
}

/** A generated ConfigMap or Secret, still under its plain name; the suffix is added when its content is final. */
export function generate(options: {
  kind: 'ConfigMap' | 'Secret';
  args: GeneratorArgs;
  common: GeneratorOptions | undefined;
  tree: FileTree;
  directory: string;
}): { object: KubernetesObject; hashed: boolean } {
  const { kind, args, common, tree, directory } = options;
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const [key, bytes] of entriesOf(tree, directory, args)) {
    const buffer = Buffer.from(bytes);
    const text = buffer.toString('utf8');
    if (kind === 'Secret') data[key] = buffer.toString('base64');
    else if (Buffer.from(text).equals(buffer)) data[key] = text;
    else binaryData[key] = buffer.toString('base64');
  }
  const labels = { ...common?.labels, ...args.options?.labels };
  const annotations = { ...common?.annotations, ...args.options?.annotations };
  return {
    hashed: !(
      args.options?.disableNameSuffixHash ?? common?.disableNameSuffixHash
    ),
    object: {
      apiVersion: 'v1',
      kind,
      metadata: {
        name: args.name,
        ...(args.namespace ? { namespace: args.namespace } : {}),
        ...(Object.keys(labels).length > 0 ? { labels } : {}),
        ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      },
      ...(kind === 'Secret' ? { type: args.type ?? 'Opaque' } : {}),
      ...(Object.keys(data).length > 0 ? { data } : {}),
      ...(Object.keys(binaryData).length > 0 ? { binaryData } : {}),
    },
  };
}
