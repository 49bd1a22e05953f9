import type {
  GitCommitRef,
  GitStatus,
} from 'azure-devops-node-api/interfaces/GitInterfaces';
import pLimit from 'p-limit';
import {
  CommitStatus,
  GitCommit,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { HttpJsonClient } from '../HttpJsonClient';
import { latestStatuses, toCommitStatus } from '../latestStatuses';
import { Json, List, toCommit, withVersion } from './azureShapes';

const PAGE = 100;
const AT_ONCE = 5;

/** The history of one repository of Azure DevOps. */
export class AzureCommits {
  readonly #client: HttpJsonClient;
  readonly #api: string;

  /** `api` is the path of the repository. */
  constructor(client: HttpJsonClient, api: string) {
    this.#client = client;
    this.#api = `${api}/commits`;
  }

  async get(sha: string): Promise<GitCommit> {
    return toCommit(
      await this.#client.get<Json<GitCommitRef>>(
        withVersion(`${this.#api}/${encodeURIComponent(sha)}`),
      ),
    );
  }

  async list(options: {
    ref: string;
    path?: string;
    limit: number;
  }): Promise<GitCommit[]> {
    const listed = await this.#search(options);
    // The list cuts messages off, and with them the trailers.
    const atOnce = pLimit(AT_ONCE);
    return Promise.all(
      listed.map(commit =>
        commit.commentTruncated || !commit.parents
          ? atOnce(() => this.get(commit.commitId ?? ''))
          : toCommit(commit),
      ),
    );
  }

  /** Without parents, and with long messages cut off: a commit is asked for each of them. */
  async between(options: {
    ancestor: string;
    commit: string;
    limit: number;
  }): Promise<GitCommit[]> {
    const { ancestor, commit, limit } = options;
    // The description does not say plainly which of the two versions is left out: what is meant begins with the commit.
    for (const [ref, compare] of [
      [ancestor, commit],
      [commit, ancestor],
    ]) {
      const found = await this.#search({ ref, compare, limit });
      const isMeant =
        found.some(({ commitId }) => commitId === commit) &&
        !found.some(({ commitId }) => commitId === ancestor);
      if (isMeant) return found.map(toCommit);
    }
    return [];
  }

  async #search(options: {
    ref: string;
    compare?: string;
    path?: string;
    limit: number;
  }): Promise<Array<Json<GitCommitRef>>> {
    const { ref, compare, path, limit } = options;
    const isCommit = /^[0-9a-f]{40}$/.test(ref);
    const listed: Array<Json<GitCommitRef>> = [];
    while (listed.length < limit) {
      const size = Math.min(PAGE, limit - listed.length);
      const { value = [] } = await this.#client.get<List<GitCommitRef>>(
        withVersion(this.#api, {
          'searchCriteria.itemVersion.version': ref,
          'searchCriteria.itemVersion.versionType': isCommit
            ? 'commit'
            : 'branch',
          'searchCriteria.$top': String(size),
          'searchCriteria.$skip': String(listed.length),
          ...(compare
            ? {
                'searchCriteria.compareVersion.version': compare,
                'searchCriteria.compareVersion.versionType': 'commit',
              }
            : {}),
          ...(path ? { 'searchCriteria.itemPath': `/${path}` } : {}),
        }),
      );
      listed.push(...value);
      if (value.length < size) break;
    }
    return listed;
  }

  async statuses(sha: string): Promise<CommitStatus[]> {
    const { value = [] } = await this.#client.get<List<GitStatus>>(
      withVersion(`${this.#api}/${encodeURIComponent(sha)}/statuses`, {
        latestOnly: 'true',
        top: '1000',
      }),
    );
    return latestStatuses(
      value.map(({ context, state, description, targetUrl: url }) =>
        toCommitStatus(
          {
            name: [context?.genre, context?.name].filter(Boolean).join('/'),
            state: String(state),
            description,
            url,
          },
          {
            success: ['succeeded', 'notapplicable'],
            failure: ['failed', 'error'],
          },
        ),
      ),
    );
  }
}
