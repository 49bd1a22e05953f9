import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { demo } from './demo';

const run = promisify(execFile);

async function git(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', args, {
    cwd,
    env: {
      ...process.env,
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_GLOBAL: '/dev/null',
    },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** Reads a repository with git itself, not through the API that the product writes by. */
async function withClone<T>(
  repo: string,
  read: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'argocd-promotion-clone-'));
  try {
    await git(dir, 'clone', '--quiet', '--bare', repo, '.');
    return await read(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export const headOf = (repo: string, branch: string) =>
  withClone(repo, async dir =>
    (await git(dir, 'rev-parse', `refs/heads/${branch}`)).trim(),
  );

export interface Commit {
  sha: string;
  parents: string[];
  message: string;
  files: string[];
}

/** The commits of a branch after a given one, oldest first, those of merged branches among them. */
export const commitsSince = (repo: string, branch: string, base: string) =>
  withClone(repo, async (dir): Promise<Commit[]> => {
    const shas = (
      await git(dir, 'rev-list', '--reverse', `${base}..refs/heads/${branch}`)
    )
      .split('\n')
      .filter(Boolean);
    return Promise.all(
      shas.map(async sha => ({
        sha,
        parents: (await git(dir, 'show', '-s', '--format=%P', sha))
          .trim()
          .split(' '),
        message: await git(dir, 'show', '-s', '--format=%B', sha),
        files: (
          await git(
            dir,
            'diff-tree',
            '--no-commit-id',
            '--name-only',
            '-r',
            sha,
          )
        )
          .split('\n')
          .filter(Boolean),
      })),
    );
  });

export const fileAt = (repo: string, branch: string, file: string) =>
  withClone(repo, dir => git(dir, 'show', `refs/heads/${branch}:${file}`));

/** Merges a pull request as a person would, by the git host's own API. */
export async function mergePullRequest(repo: string, number: number) {
  const name = new URL(repo).pathname.replace(/^\/|\.git$/g, '');
  const response = await fetch(
    `${demo.simulator.git}/api/v1/repos/${name}/pulls/${number}/merge`,
    {
      method: 'POST',
      headers: {
        authorization: `token ${demo.simulator.gitTokens.backstage}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ Do: 'merge' }),
    },
  );
  if (!response.ok) {
    throw new Error(
      `The git host did not merge #${number}: ${
        response.status
      } ${await response.text()}`,
    );
  }
}
