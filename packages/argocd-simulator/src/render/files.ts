import { posix } from 'node:path';

/** Files of one repository at one commit. */
export type FileTree = ReadonlyMap<string, Uint8Array>;

/** A path as it stands in a tree: without leading `./` or `/`, `''` for the root; undefined when it leaves the tree. */
export function normalizePath(...segments: string[]): string | undefined {
  const joined = posix.normalize(posix.join('/', ...segments)).slice(1);
  const depth = posix.normalize(posix.join(...segments.filter(Boolean), '.'));
  if (depth === '..' || depth.startsWith('../')) return undefined;
  return joined.replace(/\/$/, '');
}

export function readText(tree: FileTree, path: string): string | undefined {
  const bytes = tree.get(path);
  return bytes && Buffer.from(bytes).toString('utf8');
}

export function isDirectory(tree: FileTree, path: string): boolean {
  if (path === '') return true;
  for (const file of tree.keys()) {
    if (file.startsWith(`${path}/`)) return true;
  }
  return false;
}

/** Paths below a folder, relative to it, in the order of their names. */
export function filesBelow(tree: FileTree, directory: string): string[] {
  const prefix = directory === '' ? '' : `${directory}/`;
  return [...tree.keys()]
    .filter(path => path.startsWith(prefix))
    .map(path => path.slice(prefix.length))
    .sort();
}
