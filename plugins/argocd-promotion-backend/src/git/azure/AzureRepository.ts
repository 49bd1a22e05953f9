import type {
  GitCommitRef,
  GitItem,
  GitPush,
  GitRef,
  GitRefUpdateResult,
  GitRepository as AzureGitRepository,
} from 'azure-devops-node-api/interfaces/GitInterfaces';
import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import {
  BranchRules,
  CommitFilesOptions,
  CommitStatus,
  GitCommit,
  GitFile,
  GitRepository,
  GitTreeEntry,
  OpenPullRequestOptions,
  PullRequest,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { gitBlobId } from '../../manifests/bytes';
import { commitOnHead } from '../commitOnHead';
import { forbiddenBranch } from '../forbiddenBranch';
import { HttpJsonClient } from '../HttpJsonClient';
import { AzurePullRequests } from './AzurePullRequests';
import { AzureCommits } from './AzureCommits';
import { readBranchRules } from './branchRules';
import { Json, List, toCommit, withVersion } from './azureShapes';

const NONE = '0'.repeat(40);

/**
 * A repository of Azure DevOps Services or Server.
 *
 * A push names the head that it replaces (`oldObjectId`): the whole head is the condition.
 */
export class AzureRepository implements GitRepository {
  readonly url: string;
  readonly #client: HttpJsonClient;
  readonly #api: string;
  readonly #project: string;
  readonly #webUrl: string;
  readonly #commits: AzureCommits;
  readonly #pulls: AzurePullRequests;

  constructor(options: {
    url: string;
    webUrl: string;
    /** Path of the project in the API, with its organization or collection. */
    project: string;
    name: string;
    client: HttpJsonClient;
  }) {
    const { url, webUrl, project, name, client } = options;
    this.url = url;
    this.#client = client;
    this.#project = project;
    this.#api = `${project}/_apis/git/repositories/${encodeURIComponent(name)}`;
    this.#webUrl = webUrl;
    this.#commits = new AzureCommits(client, this.#api);
    this.#pulls = new AzurePullRequests(client, this.#api, webUrl);
  }

  async getBranchHead(branch: string): Promise<string> {
    const head = await this.#head(branch);
    if (!head)
      throw new NotFoundError(`There is no branch ${branch} in ${this.url}`);
    return head;
  }

  async getDefaultBranch(): Promise<string> {
    const { defaultBranch } = await this.#client.get<AzureGitRepository>(
      withVersion(this.#api),
    );
    if (!defaultBranch)
      throw new NotFoundError(`${this.url} has no default branch`);
    return defaultBranch.replace(/^refs\/heads\//, '');
  }

  async isBranch(name: string): Promise<boolean> {
    return (await this.#head(name)) !== undefined;
  }

  async listFiles(options: {
    commit: string;
    directory?: string;
  }): Promise<GitTreeEntry[]> {
    const { value = [] } = await this.#client.get<List<GitItem>>(
      withVersion(`${this.#api}/items`, {
        recursionLevel: 'Full',
        scopePath: `/${options.directory ?? ''}`,
        'versionDescriptor.version': options.commit,
        'versionDescriptor.versionType': 'commit',
      }),
    );
    return value.flatMap(({ path, objectId, isFolder }) =>
      path && objectId && !isFolder
        ? [{ path: path.slice(1), blob: objectId }]
        : [],
    );
  }

  async readFile(options: { commit: string; path: string }): Promise<GitFile> {
    const { commit, path } = options;
    const item = await this.#client.get<GitItem>(
      withVersion(`${this.#api}/items`, {
        path: `/${path}`,
        $format: 'json',
        'versionDescriptor.version': commit,
        'versionDescriptor.versionType': 'commit',
      }),
    );
    if (!item.objectId || item.isFolder)
      throw new NotFoundError(`${path} is not a file in ${this.url}`);
    const content = await this.#client.getBytes(
      withVersion(`${this.#api}/blobs/${item.objectId}`, {
        $format: 'octetstream',
      }),
    );
    if (gitBlobId(content) !== item.objectId)
      throw new ServiceUnavailableError(
        `${this.url} did not give the bytes of ${path}`,
      );
    return { path, blob: item.objectId, size: content.length, content };
  }

  commitFiles(options: CommitFilesOptions): Promise<GitCommit> {
    const { branch, files, message, author } = options;
    return commitOnHead(this, options, async head => {
      const path = `${this.#api}/pushes`;
      const result = await this.#client.send<Json<GitPush>>(
        'POST',
        withVersion(path),
        {
          refUpdates: [{ name: `refs/heads/${branch}`, oldObjectId: head }],
          commits: [
            {
              comment: message,
              ...(author ? { author } : {}),
              changes: files.map(file => ({
                changeType: 'edit',
                item: { path: `/${file.path}` },
                newContent: {
                  content: Buffer.from(file.content).toString('base64'),
                  contentType: 'base64encoded',
                },
              })),
            },
          ],
        },
        [403, 409],
      );
      if ('value' in result) {
        const [commit] = result.value.commits ?? [];
        if (!commit?.commitId)
          throw new ServiceUnavailableError(
            `${this.url} did not say which commit it wrote; look for its trailer before writing again`,
          );
        return toCommit({
          ...commit,
          comment: message,
          parents: commit.parents ?? [head],
        });
      }
      const { answer } = result;
      const refusal = this.#client.error(answer, path);
      if (/TF402455|must use a pull request/i.test(refusal.message))
        throw forbiddenBranch(new NotAllowedError(refusal.message), 403);
      if (answer.status === 403) throw forbiddenBranch(refusal, 403);
      // Somebody else was faster.
      return undefined;
    });
  }

  getCommit(sha: string): Promise<GitCommit> {
    return this.#commits.get(sha);
  }

  listCommits(options: {
    ref: string;
    path?: string;
    limit: number;
  }): Promise<GitCommit[]> {
    return this.#commits.list(options);
  }

  async contains(options: {
    ancestor: string;
    commit: string;
  }): Promise<boolean> {
    const { ancestor, commit } = options;
    if (ancestor === commit) return true;
    const { value = [] } = await this.#client.get<List<GitCommitRef>>(
      withVersion(
        `${this.#api}/commits/${encodeURIComponent(commit)}/mergebases`,
        { otherCommitId: ancestor },
      ),
    );
    return value.some(({ commitId }) => commitId === ancestor);
  }

  async createBranch(options: {
    branch: string;
    commit: string;
  }): Promise<void> {
    const { branch, commit } = options;
    const update = await this.#moveRef(branch, NONE, commit);
    if (!update.success && (await this.getBranchHead(branch)) !== commit)
      throw new ConflictError(
        `The branch ${branch} of ${this.url} exists already at another commit`,
      );
  }

  async deleteBranch(branch: string): Promise<void> {
    const head = await this.#head(branch);
    if (!head) return;
    const update = await this.#moveRef(branch, head, NONE);
    if (!update.success)
      throw new ConflictError(
        `The branch ${branch} of ${this.url} could not be deleted: ${update.updateStatus}`,
      );
  }

  openPullRequest(options: OpenPullRequestOptions): Promise<PullRequest> {
    return this.#pulls.open(options);
  }

  findPullRequest(options: {
    base: string;
    head: string;
  }): Promise<PullRequest | undefined> {
    return this.#pulls.find(options);
  }

  getPullRequest(number: number): Promise<PullRequest> {
    return this.#pulls.get(number);
  }

  closePullRequest(number: number): Promise<void> {
    return this.#pulls.close(number);
  }

  commitUrl(sha: string): string {
    return `${this.#webUrl}/commit/${encodeURIComponent(sha)}`;
  }

  listCommitsBetween(options: {
    ancestor: string;
    commit: string;
    limit: number;
  }): Promise<GitCommit[]> {
    return this.#commits.between(options);
  }

  listCommitStatuses(sha: string): Promise<CommitStatus[]> {
    return this.#commits.statuses(sha);
  }

  getBranchRules(branch: string): Promise<BranchRules> {
    return readBranchRules(this.#client, {
      project: this.#project,
      api: this.#api,
      branch,
    });
  }

  /** The filter of the host means every ref that begins so. */
  async #head(branch: string): Promise<string | undefined> {
    const { value = [] } = await this.#client.get<List<GitRef>>(
      withVersion(`${this.#api}/refs`, { filter: `heads/${branch}` }),
    );
    return value.find(({ name }) => name === `refs/heads/${branch}`)?.objectId;
  }

  async #moveRef(
    branch: string,
    oldObjectId: string,
    newObjectId: string,
  ): Promise<{ success?: boolean; updateStatus?: unknown }> {
    const path = withVersion(`${this.#api}/refs`);
    const result = await this.#client.send<List<GitRefUpdateResult>>(
      'POST',
      path,
      [{ name: `refs/heads/${branch}`, oldObjectId, newObjectId }],
    );
    if ('answer' in result) throw this.#client.error(result.answer, path);
    return result.value.value?.[0] ?? {};
  }
}
