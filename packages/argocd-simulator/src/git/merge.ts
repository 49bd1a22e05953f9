import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitRepo } from './GitRepo';
import { runGitWithExitCode } from './runGit';
import { FileChanges } from './types';

/** What must change in `ours` so that it also holds what `theirs` did since `base`. */
export interface MergeResult {
  changes: FileChanges;
  conflicts: string[];
}

async function mergeContents(
  contents: [ours: Buffer, base: Buffer, theirs: Buffer],
): Promise<Buffer | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'simulator-merge-'));
  try {
    const names = ['ours', 'base', 'theirs'];
    await Promise.all(
      names.map((name, index) =>
        writeFile(join(directory, name), contents[index]),
      ),
    );
    const { stdout, exitCode } = await runGitWithExitCode({
      cwd: directory,
      args: ['merge-file', '-p', ...names],
      // The number of conflicts, or 255 for what is no text.
      allowExitCodes: Array.from({ length: 255 }, (_, index) => index + 1),
    });
    return exitCode === 0 ? stdout : undefined;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Three-way merge of commits, file by file; it needs no work tree, nor a git that knows `merge-tree --write-tree`. */
export async function mergeTrees(
  repo: GitRepo,
  commits: { base: string | undefined; ours: string; theirs: string },
): Promise<MergeResult> {
  const indexOf = async (commit: string | undefined) =>
    new Map(
      commit
        ? (await repo.files(commit)).map(({ path, sha }) => [path, sha])
        : [],
    );
  const [base, ours, theirs] = await Promise.all(
    [commits.base, commits.ours, commits.theirs].map(indexOf),
  );
  const result: MergeResult = { changes: {}, conflicts: [] };
  for (const path of new Set([...base.keys(), ...theirs.keys()])) {
    const [was, mine, yours] = [
      base.get(path),
      ours.get(path),
      theirs.get(path),
    ];
    if (yours === was || yours === mine) continue;
    if (mine === was) {
      result.changes[path] = yours ? (await repo.blob(yours)) ?? null : null;
      continue;
    }
    const merged =
      was && mine && yours
        ? await mergeContents(
            (await Promise.all(
              [mine, was, yours].map(async sha => (await repo.blob(sha))!),
            )) as [Buffer, Buffer, Buffer],
          )
        : undefined;
    if (merged) result.changes[path] = merged;
    else result.conflicts.push(path);
  }
  return result;
}
