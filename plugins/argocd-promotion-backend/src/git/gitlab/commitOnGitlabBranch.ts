import type {
  CommitSchema,
  RepositoryFileExpandedSchema,
} from '@gitbeaker/core';
import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import {
  CommitFilesOptions,
  GitCommit,
  GitRepository,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { forbiddenBranch } from '../forbiddenBranch';
import { HttpJsonClient } from '../HttpJsonClient';
import { toCommit } from './gitlabShapes';

const TRIES = 8;

/**
 * One commit of several files. What each file was planned on is compared with the head, and the commit that changed it
 * last is the condition of the write: whoever changes it in between is noticed by the server.
 */
export async function commitOnGitlabBranch(
  options: CommitFilesOptions & {
    repository: GitRepository;
    client: HttpJsonClient;
    /** Path of the project. */
    api: string;
    file(commit: string, path: string): Promise<RepositoryFileExpandedSchema>;
  },
): Promise<GitCommit> {
  const { repository, client, api, file, branch, files, message, author } =
    options;
  const changed = (path: string, how: string) =>
    new ConflictError(
      `${path} was ${how} on ${branch} of ${repository.url} since it was planned; plan again`,
    );
  const path = `${api}/repository/commits`;
  for (let attempt = 1; ; attempt++) {
    const head = await repository.getBranchHead(branch);
    const actions = await Promise.all(
      files.map(async each => {
        const known = await file(head, each.path).catch(error => {
          throw error instanceof NotFoundError
            ? changed(each.path, 'removed')
            : error;
        });
        if (known.blob_id !== each.blobBefore)
          throw changed(each.path, 'changed');
        return {
          action: 'update',
          file_path: each.path,
          content: Buffer.from(each.content).toString('base64'),
          encoding: 'base64',
          last_commit_id: known.last_commit_id,
        };
      }),
    );
    const result = await client.send<CommitSchema>(
      'POST',
      path,
      {
        branch,
        commit_message: message,
        ...(author
          ? { author_name: author.name, author_email: author.email }
          : {}),
        actions,
      },
      [400, 403, 409],
    );
    if ('value' in result) return toCommit(result.value);
    const { answer } = result;
    const refusal = client.error(answer, path);
    if (/not allowed to (push|commit)|protected branch/i.test(refusal.message))
      throw forbiddenBranch(new NotAllowedError(refusal.message), 403);
    if (answer.status === 403) throw forbiddenBranch(refusal, 403);
    // 400: a file has changed since, or the head moved under the server's feet; the next round tells which.
    const moved =
      refusal instanceof InputError || refusal instanceof ConflictError;
    const race =
      /has changed since|could not update|reference update|try again/i.test(
        refusal.message,
      );
    if (!moved || !race || attempt >= TRIES) throw refusal;
    await new Promise(resolve =>
      setTimeout(resolve, Math.random() * 50 * 2 ** attempt),
    );
  }
}
