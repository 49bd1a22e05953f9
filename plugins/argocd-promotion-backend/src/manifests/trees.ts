import { InputError } from '@backstage/errors';
import {
  GitRepository,
  ManifestSource,
  ManifestTree,
} from '@fairway/backstage-plugin-argocd-promotion-node';

/** A repository at the head of the branch that a source tracks. */
export interface OpenTree extends ManifestTree {
  repo: string;
  branch: string;
  commit: string;
}

const MAX_FILES = 5_000;

/** Opens each repository and branch once, and reads each file once. */
export class Trees {
  readonly #open = new Map<string, Promise<OpenTree>>();
  readonly #getRepository: (url: string) => GitRepository | undefined;

  constructor(getRepository: (url: string) => GitRepository | undefined) {
    this.#getRepository = getRepository;
  }

  /** Throws `InputError` when the source does not track a branch of a configured host. */
  open(
    source: Pick<ManifestSource, 'repoURL' | 'targetRevision'>,
  ): Promise<OpenTree> {
    const key = `${source.repoURL} ${source.targetRevision || 'HEAD'}`;
    const known = this.#open.get(key);
    if (known) return known;
    const opening = this.#openTree(source);
    this.#open.set(key, opening);
    return opening;
  }

  async #openTree({
    repoURL,
    targetRevision,
  }: Pick<ManifestSource, 'repoURL' | 'targetRevision'>): Promise<OpenTree> {
    const repository = this.#getRepository(repoURL);
    if (!repository) {
      throw new InputError(
        `No git host is configured for ${withoutCredentials(
          repoURL,
        )}; add its host and a token to 'integrations'`,
      );
    }
    const branch = await trackedBranch(repository, targetRevision);
    const commit = await repository.getBranchHead(branch);
    const files = new Map<string, Promise<Uint8Array | undefined>>();
    let listing: Promise<Set<string>> | undefined;
    const list = () => {
      listing ??= repository
        .listFiles({ commit })
        .then(entries => new Set(entries.map(({ path }) => path)));
      return listing;
    };
    return {
      repo: repository.url,
      branch,
      commit,
      async list(directory) {
        const all = [...(await list())].filter(
          path => directory === '' || path.startsWith(`${directory}/`),
        );
        return all.sort();
      },
      async read(path) {
        if (!(await list()).has(path)) return undefined;
        if (files.size >= MAX_FILES)
          throw new InputError(
            `${repository.url}: more than ${MAX_FILES} files would have to be read`,
          );
        const reading =
          files.get(path) ??
          repository.readFile({ commit, path }).then(({ content }) => content);
        files.set(path, reading);
        return reading;
      },
    };
  }
}

/** The branch that a `targetRevision` means; a promotion can only be committed to a branch. */
async function trackedBranch(
  repository: GitRepository,
  targetRevision: string,
): Promise<string> {
  if (!targetRevision || targetRevision === 'HEAD')
    return repository.getDefaultBranch();
  const name = targetRevision.replace(/^refs\/heads\//, '');
  if (!/[*^~<> ]/.test(name) && (await repository.isBranch(name))) return name;
  let what = 'no branch (a tag, or nothing that exists)';
  if (/^[0-9a-f]{7,40}$/i.test(name)) what = 'a commit, not a branch';
  else if (/[*^~<> ]/.test(name)) what = 'a version range, not a branch';
  throw new InputError(
    `The targetRevision '${targetRevision}' of ${repository.url} is ${what}: a commit would not reach the Application. Let it track a branch, or move the revision by hand`,
  );
}

export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
}
