import { GitCommit } from '@fairway/backstage-plugin-argocd-promotion-node';

/** One object of `git cat-file --batch`. */
export interface GitObject {
  sha: string;
  type: string;
  content: Buffer;
}

/** Reads the output of `git cat-file --batch`; what is missing is left out. */
export function parseBatch(output: Buffer): GitObject[] {
  const objects: GitObject[] = [];
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf(0x0a, at);
    if (end < 0) break;
    const [sha, type, size] = output.subarray(at, end).toString().split(' ');
    at = end + 1;
    if (size === undefined) continue;
    objects.push({
      sha,
      type,
      content: output.subarray(at, at + Number(size)),
    });
    at += Number(size) + 1;
  }
  return objects;
}

/** Reads a commit as git stores it: its parents are the true ones also where a shallow history ends. */
export function parseCommit({ sha, content }: GitObject): GitCommit {
  const text = content.toString('utf8');
  const end = text.indexOf('\n\n');
  const headers = text.slice(0, end < 0 ? undefined : end).split('\n');
  const values = (name: string) =>
    headers
      .filter(line => line.startsWith(`${name} `))
      .map(line => line.slice(name.length + 1));
  const person = (name: string) =>
    /^(.*?) ?<([^>]*)> (-?\d+) [+-]\d{4}$/.exec(values(name)[0] ?? '');
  const author = person('author');
  const seconds = Number(person('committer')?.[3] ?? 0);
  return {
    sha,
    parents: values('parent'),
    message: end < 0 ? '' : text.slice(end + 2),
    author: { name: author?.[1] ?? '', email: author?.[2] ?? '' },
    committedAt: new Date(seconds * 1000).toISOString(),
  };
}

/** One entry of `git ls-tree -z`. */
export interface TreeLine {
  mode: string;
  type: string;
  sha: string;
  path: string;
}

/** Reads the output of `git ls-tree -z`. */
export function parseTree(output: Buffer): TreeLine[] {
  return output
    .toString('utf8')
    .split('\0')
    .filter(Boolean)
    .map(line => {
      const tab = line.indexOf('\t');
      const [mode, type, sha] = line.slice(0, tab).split(' ');
      return { mode, type, sha, path: line.slice(tab + 1) };
    });
}
