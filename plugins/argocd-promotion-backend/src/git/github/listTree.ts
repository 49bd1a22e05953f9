import { Octokit } from '@octokit/rest';
import { GitTreeEntry } from '@fairway/backstage-plugin-argocd-promotion-node';

type Repo = { owner: string; repo: string };

/**
 * All files of a commit, below `directory` when given. The host gives whole trees up to 100,000 entries or 7 MB; a
 * larger one is read folder by folder, and only where it leads to `directory`.
 */
export async function listTree(
  octokit: Octokit,
  repo: Repo,
  options: { commit: string; directory?: string },
): Promise<GitTreeEntry[]> {
  const below = options.directory ? `${options.directory}/` : '';
  const files: GitTreeEntry[] = [];
  const waiting = [{ sha: options.commit, prefix: '' }];
  for (let tree = waiting.shift(); tree; tree = waiting.shift()) {
    const { prefix } = tree;
    const read = async (recursive: boolean) =>
      (
        await octokit.rest.git.getTree({
          ...repo,
          tree_sha: tree.sha,
          ...(recursive ? { recursive: '1' } : {}),
        })
      ).data;
    const whole = await read(true);
    const { truncated } = whole;
    const entries = truncated ? (await read(false)).tree : whole.tree;
    for (const { path = '', type, sha = '', size } of entries) {
      const full = `${prefix}${path}`;
      const wanted = full.startsWith(below);
      if (type === 'blob' && wanted)
        files.push({
          path: full,
          blob: sha,
          ...(size === undefined ? {} : { size }),
        });
      if (
        truncated &&
        type === 'tree' &&
        (wanted || below.startsWith(`${full}/`))
      )
        waiting.push({ sha, prefix: `${full}/` });
    }
  }
  return files;
}
