import {
  GitHostProvider,
  GitRepository,
} from '@fairway/backstage-plugin-argocd-promotion-node';

/** All git hosts: the first provider that answers for a URL is used; repositories are kept, for they hold no state. */
export class GitHosts {
  readonly #providers: GitHostProvider[];
  readonly #repositories = new Map<string, GitRepository>();

  constructor(providers: GitHostProvider[]) {
    this.#providers = providers;
  }

  getRepository(url: string): GitRepository | undefined {
    const known = this.#repositories.get(url);
    if (known) return known;
    for (const provider of this.#providers) {
      const repository = provider.getRepository(url);
      if (!repository) continue;
      this.#repositories.set(url, repository);
      return repository;
    }
    return undefined;
  }

  /** Gives back what the providers hold, such as files on disk. */
  async close(): Promise<void> {
    this.#repositories.clear();
    await Promise.all(this.#providers.map(provider => provider.close?.()));
  }
}
