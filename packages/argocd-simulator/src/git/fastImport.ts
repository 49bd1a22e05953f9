import { FileChanges, Signature, WriteCommitOptions } from './types';

function person(signature: Signature, date: Date): string {
  const clean = (text: string) => text.replace(/[<>\n]/g, '');
  const name = clean(signature.name);
  const seconds = Math.floor(date.getTime() / 1000);
  return `${name} <${clean(signature.email)}> ${seconds} +0000`;
}

/** A branch by its name, or any ref by its full one. */
function refOf(branch: string): string {
  return branch.startsWith('refs/') ? branch : `refs/heads/${branch}`;
}

function quotePath(path: string): string {
  return `"${path
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/\n/g, '\\n')}"`;
}

function data(content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content as Uint8Array);
  return Buffer.concat([
    Buffer.from(`data ${bytes.length}\n`),
    bytes,
    Buffer.from('\n'),
  ]);
}

function fileCommands(
  files: FileChanges,
  modes: ReadonlyMap<string, string>,
): Buffer[] {
  return Object.entries(files).flatMap(([path, content]) =>
    content === null
      ? [Buffer.from(`D ${quotePath(path)}\n`)]
      : [
          Buffer.from(
            `M ${modes.get(path) ?? '100644'} inline ${quotePath(path)}\n`,
          ),
          data(content),
        ],
  );
}

/**
 * The commands by which `git fast-import` writes commits, one after another on a branch: a commit of any number of
 * files, or a history of weeks, is one process, and needs neither a work tree nor an index.
 */
export function fastImportStream(
  commits: ReadonlyArray<WriteCommitOptions>,
  modes: ReadonlyMap<string, string> = new Map(),
): Buffer {
  const parts: Buffer[] = [];
  commits.forEach((commit, index) => {
    const mark = index + 1;
    const authored = person(commit.author, commit.authorDate);
    const committed = person(
      commit.committer ?? commit.author,
      commit.committerDate ?? commit.authorDate,
    );
    const previous =
      index > 0 && commits[index - 1].branch === commit.branch
        ? `:${index}`
        : undefined;
    const from = commit.parent ?? previous;
    parts.push(
      Buffer.from(
        `commit ${refOf(
          commit.branch,
        )}\nmark :${mark}\nauthor ${authored}\ncommitter ${committed}\n`,
      ),
      data(commit.message),
      Buffer.from(from ? `from ${from}\n` : ''),
      ...(commit.mergeParents ?? []).map(sha => Buffer.from(`merge ${sha}\n`)),
      ...fileCommands(commit.files, modes),
      Buffer.from(`get-mark :${mark}\n`),
    );
  });
  return Buffer.concat(parts);
}
