import {
  GitFile,
  GitRepository,
  GitTreeEntry,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { gitBlobId, PlannedFile } from '../../manifests';
import { fileKey } from './joinFiles';
import { repositoryKey } from '../repositoryUrl';

/**
 * Repositories as they will be once files that were planned before are written: one plan is made on top of another.
 * Each branch is read at one commit, so that all these plans have the same base.
 */
export class StagedRepositories {
  readonly #getRepository: (url: string) => GitRepository | undefined;
  readonly #staged = new Map<string, Uint8Array>();
  readonly #branches = new Map<string, Promise<string>>();
  readonly #commits = new Map<string, string>();

  constructor(getRepository: (url: string) => GitRepository | undefined) {
    this.#getRepository = getRepository;
  }

  /** From now on, every plan finds these files so. */
  add(files: PlannedFile[]): void {
    for (const file of files) this.#staged.set(fileKey(file), file.after);
  }

  get(url: string): GitRepository | undefined {
    const repository = this.#getRepository(url);
    return (
      repository &&
      new Proxy(repository, {
        get: (target, name) => {
          if (name === 'getBranchHead')
            return (branch: string) => this.#head(target, branch);
          if (name === 'readFile')
            return (at: { commit: string; path: string }) =>
              this.#read(target, at);
          if (name === 'listFiles')
            return (at: { commit: string; directory?: string }) =>
              this.#list(target, at);
          const value = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      })
    );
  }

  async #head(repository: GitRepository, branch: string): Promise<string> {
    const repo = repositoryKey(repository.url);
    const key = JSON.stringify([repo, branch]);
    const head = this.#branches.get(key) ?? repository.getBranchHead(branch);
    this.#branches.set(key, head);
    const commit = await head;
    this.#commits.set(JSON.stringify([repo, commit]), branch);
    return commit;
  }

  #stagedAt(
    repository: GitRepository,
    commit: string,
    path: string,
  ): Uint8Array | undefined {
    const repo = repository.url;
    const branch = this.#commits.get(
      JSON.stringify([repositoryKey(repo), commit]),
    );
    return branch === undefined
      ? undefined
      : this.#staged.get(fileKey({ repo, branch, path }));
  }

  async #read(
    repository: GitRepository,
    at: { commit: string; path: string },
  ): Promise<GitFile> {
    const content = this.#stagedAt(repository, at.commit, at.path);
    return content
      ? { path: at.path, content, blob: gitBlobId(content) }
      : repository.readFile(at);
  }

  async #list(
    repository: GitRepository,
    at: { commit: string; directory?: string },
  ): Promise<GitTreeEntry[]> {
    const entries = await repository.listFiles(at);
    return entries.map(entry => {
      const content = this.#stagedAt(repository, at.commit, entry.path);
      return content
        ? { path: entry.path, blob: gitBlobId(content), size: content.length }
        : entry;
    });
  }
}
