import { CommitInfo, Signature, TreeEntry } from './types';

const PERSON = /^(?<name>.*?) ?<(?<email>[^>]*)> (?<seconds>-?\d+) [+-]\d{4}$/;

function parsePerson(line: string): Signature & { date: Date } {
  const groups = PERSON.exec(line)?.groups;
  return {
    name: groups?.name ?? line,
    email: groups?.email ?? '',
    date: new Date(Number(groups?.seconds ?? 0) * 1000),
  };
}

/** Reads a raw commit object. */
export function parseCommit(sha: string, raw: Buffer): CommitInfo {
  const text = raw.toString('utf8');
  const end = text.indexOf('\n\n');
  const headers = (end < 0 ? text : text.slice(0, end)).split('\n');
  const all = (key: string) =>
    headers
      .filter(line => line.startsWith(`${key} `))
      .map(line => line.slice(key.length + 1));
  const [author = ''] = all('author');
  const [committer = author] = all('committer');
  return {
    sha,
    tree: all('tree')[0],
    parents: all('parent'),
    author: parsePerson(author),
    committer: parsePerson(committer),
    message: end < 0 ? '' : text.slice(end + 2),
  };
}

/** Reads the output of `git ls-tree -z -l`. */
export function parseTree(output: Buffer): TreeEntry[] {
  return output
    .toString('utf8')
    .split('\0')
    .filter(Boolean)
    .map(line => {
      const tab = line.indexOf('\t');
      const [mode, type, sha, size] = line.slice(0, tab).split(/ +/);
      return {
        path: line.slice(tab + 1),
        mode,
        type: type as TreeEntry['type'],
        sha,
        size: size === '-' || size === undefined ? undefined : Number(size),
      };
    });
}

/** Reads the output of `git cat-file --batch`: object id → type and bytes; what is missing is left out. */
export function parseBatch(
  output: Buffer,
): Map<string, { type: string; content: Buffer }> {
  const result = new Map<string, { type: string; content: Buffer }>();
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf(0x0a, at);
    const [sha, type, size] = output.toString('utf8', at, end).split(' ');
    at = end + 1;
    if (size === undefined) continue;
    const length = Number(size);
    result.set(sha, { type, content: output.subarray(at, at + length) });
    at += length + 1;
  }
  return result;
}
