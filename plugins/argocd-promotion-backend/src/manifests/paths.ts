import { posix } from 'node:path';

/** A path relative to a directory of a repository, normalized; undefined when it leads out of the repository. */
export function resolvePath(
  directory: string,
  path: string,
): string | undefined {
  const joined = posix.normalize(posix.join('/', directory)).slice(1);
  const resolved = posix.normalize(posix.join(joined, path)).replace(/\/$/, '');
  if (resolved === '..' || resolved.startsWith('../')) return undefined;
  return resolved === '.' ? '' : resolved.replace(/^\//, '');
}

export const joinPath = (directory: string, name: string) =>
  directory === '' ? name : `${directory}/${name}`;
