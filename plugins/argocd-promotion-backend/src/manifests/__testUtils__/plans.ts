import {
  GitRepository,
  ManifestSource,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { decodeText, encodeText, gitBlobId } from '../bytes';
import { planEdits } from '../planEdits';
import { PlanApplication, PlanEditsOptions } from '../planTypes';

export const digest = `sha256:${'b'.repeat(64)}`;
export const old = `sha256:${'a'.repeat(64)}`;
export const repository = 'registry.example.com/shop/checkout';
export const image = { repository, digest, tag: '1.3.0' };
export const repoURL = 'https://git.example.com/shop/deploy.git';

/** Only what a plan reads; anything else fails the test. */
function repositoryOf(files: Record<string, string>): GitRepository {
  const refuse = () => Promise.reject(new Error('A plan writes nothing'));
  return {
    url: repoURL,
    getBranchHead: async () => 'c'.repeat(40),
    getDefaultBranch: async () => 'main',
    isBranch: async name => name === 'main',
    listFiles: async () =>
      Object.keys(files).map(path => ({
        path,
        blob: gitBlobId(encodeText(files[path])),
      })),
    readFile: async ({ path }) => ({
      path,
      blob: '',
      content: encodeText(files[path]),
    }),
    commitFiles: refuse,
    getCommit: refuse,
    listCommits: refuse,
    contains: refuse,
    createBranch: refuse,
    deleteBranch: refuse,
    openPullRequest: refuse,
    findPullRequest: refuse,
    getPullRequest: refuse,
    closePullRequest: refuse,
    commitUrl: sha => sha,
  };
}

export const source = (
  path: string,
  more: Partial<ManifestSource> = {},
): ManifestSource => ({ repoURL, targetRevision: 'main', path, ...more });

/** Plans the image for Applications. */
export function planWith(
  files: Record<string, string>,
  applications: PlanApplication[],
  more: Partial<PlanEditsOptions> = {},
) {
  return planEdits({
    applications,
    images: [image],
    getRepository: () => repositoryOf(files),
    ...more,
  });
}

/** Plans the image for the Application checkout-prod with these sources. */
export function plan(
  files: Record<string, string>,
  sources: ManifestSource[],
  more: Partial<PlanEditsOptions> = {},
) {
  const name = 'checkout-prod';
  return planWith(
    files,
    [{ name, namespace: 'argocd', sources, runs: [repository] }],
    more,
  );
}

/** The files that a plan changes, as they would be. */
export async function editedFiles(
  ...args: Parameters<typeof planWith>
): Promise<Record<string, string>> {
  const { edits } = await planWith(...args);
  return Object.fromEntries(
    edits.map(({ path, after }) => [path, decodeText(after, path)]),
  );
}
