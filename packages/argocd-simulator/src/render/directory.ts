import { posix } from 'node:path';
import picomatch from 'picomatch';
import { KubernetesObject, SourceSpec } from '../ports';
import { parseManifests } from './documents';
import { FileTree, filesBelow, readText } from './files';

const MANIFEST = /\.(ya?ml|json)$/;

/** `{a,b}` is a set of patterns, as Argo CD documents it; a pattern is matched against the path below the folder. */
function matcher(pattern: string): (path: string) => boolean {
  // Argo CD's globs let `*` cross slashes; so do bash's patterns.
  const isMatch = picomatch(pattern, { dot: true, bash: true });
  return path => isMatch(path);
}

/** A folder of plain manifests. */
export function renderDirectory(
  tree: FileTree,
  directory: string,
  options: SourceSpec['directory'] = {},
): KubernetesObject[] {
  const { recurse = false, include, exclude } = options;
  const included = include ? matcher(include) : () => true;
  const excluded = exclude ? matcher(exclude) : () => false;
  return filesBelow(tree, directory)
    .filter(path => MANIFEST.test(path))
    .filter(path => recurse || !path.includes('/'))
    .filter(path => !excluded(path) && included(path))
    .flatMap(path => {
      const full = directory === '' ? path : `${directory}/${path}`;
      const text = readText(tree, full)!;
      // Folders also hold YAML that is no manifest; only what claims to be one is judged.
      return /(^|[{,\s])["']?(apiVersion|kind)["']?\s*:/m.test(text)
        ? parseManifests(text, posix.basename(path))
        : [];
    });
}
