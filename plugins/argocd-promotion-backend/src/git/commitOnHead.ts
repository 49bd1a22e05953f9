import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  CommitFilesOptions,
  GitCommit,
  GitRepository,
} from '@fairway/backstage-plugin-argocd-promotion-node';

const TRIES = 8;

/**
 * Throws `ConflictError` when one of the files is not, at `head`, the one that the commit was planned for.
 */
export async function assertUntouched(
  repository: Pick<GitRepository, 'url' | 'readFile'>,
  options: CommitFilesOptions,
  head: string,
): Promise<void> {
  // By contract `blobBefore` is what the base holds.
  if (head === options.base) return;
  await Promise.all(
    options.files.map(async ({ path, blobBefore }) => {
      let blob: string | undefined;
      try {
        blob = (await repository.readFile({ commit: head, path })).blob;
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
      }
      if (blob !== blobBefore) {
        throw new ConflictError(
          `${path} was ${blob ? 'changed' : 'removed'} on ${
            options.branch
          } of ${repository.url} since it was planned; plan again`,
        );
      }
    }),
  );
}

/**
 * Commits on a host whose condition is the whole head: the touched files are compared at the head that the write is
 * conditioned on, so that a neighbour's commit in between is kept and a change of a touched file is refused. `write`
 * gives undefined when the host said that the head has moved; then it is done again on the new head.
 */
export async function commitOnHead(
  repository: GitRepository,
  options: CommitFilesOptions,
  write: (head: string) => Promise<GitCommit | undefined>,
): Promise<GitCommit> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const head = await repository.getBranchHead(options.branch);
    await assertUntouched(repository, options, head);
    const commit = await write(head);
    if (commit) return commit;
    // Writers that met once would meet again.
    await new Promise(resolve =>
      setTimeout(resolve, Math.random() * 50 * 2 ** attempt),
    );
  }
  throw new ConflictError(
    `The branch ${options.branch} of ${repository.url} was moved by others ${TRIES} times while this was written; try again`,
  );
}
