import { LoggerService } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { stringifyError } from '@backstage/errors';
import {
  Release,
  SourceChange,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  CommitStatus,
  GitCommit,
  GitRepository,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { ImageSource, ImageSources } from './ImageSources';
import { repositoryOf, sourceOfEntity } from './sourceRepository';

/** More commits are read on the git host's own page. */
const MAX_COMMITS = 50;
/** A plan is not held up longer by what only illustrates it. */
const PATIENCE_MS = 8_000;

function shown(commit: GitCommit, repository: GitRepository) {
  const url = repository.commitUrl(commit.sha);
  return {
    sha: commit.sha,
    message: commit.message.split('\n')[0].slice(0, 200),
    author: commit.author.name,
    committedAt: commit.committedAt,
    ...(url ? { url } : {}),
  };
}

async function within<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    timer.unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the source code says of releases. Whatever can't be found out is left out: it decides nothing. */
export class SourceChanges {
  readonly #images: ImageSources;
  readonly #getRepository: (url: string) => GitRepository | undefined;
  readonly #logger: LoggerService;

  constructor(options: {
    images: ImageSources;
    getRepository(url: string): GitRepository | undefined;
    logger: LoggerService;
  }) {
    this.#images = options.images;
    this.#getRepository = options.getRepository;
    this.#logger = options.logger;
  }

  /** Commits that the second release has and the first has not, or the reverse for a step back, one entry an image. */
  async between(options: {
    entity: Entity;
    before: Release | undefined;
    after: Release;
  }): Promise<SourceChange[]> {
    const { entity, before, after } = options;
    const changes = await Promise.all(
      after.images.map(async image => {
        const old = before?.images.find(
          ({ repository }) => repository === image.repository,
        );
        if (!old || old.digest === image.digest) return [];
        try {
          const found = await within(
            this.#between(entity, image.repository, old.digest, image.digest),
          );
          return found ? [found] : [];
        } catch (error) {
          this.#logger.debug(
            `The commits of ${image.repository} are not known: ${stringifyError(
              error,
            )}`,
          );
          return [];
        }
      }),
    );
    return changes.flat();
  }

  /** Statuses and checks of the commit that an image was built from. Throws what says why they are not known. */
  async checks(image: {
    repository: string;
    digest: string;
  }): Promise<{ revision: string; statuses: CommitStatus[] }> {
    const source = await this.#images.of(image.repository, image.digest);
    if (!source)
      throw new Error(
        `the image ${image.repository} does not say its commit (label org.opencontainers.image.revision), or its registry is not configured`,
      );
    const repository = this.#repository(source, undefined);
    if (!repository?.listCommitStatuses)
      throw new Error(
        `no git host that tells checks is configured for ${
          source.url ?? 'its source'
        }`,
      );
    return {
      revision: source.revision,
      statuses: await repository.listCommitStatuses(source.revision),
    };
  }

  #repository(
    { url }: ImageSource,
    fallback: string | undefined,
  ): GitRepository | undefined {
    const address = (url && repositoryOf(url)) ?? fallback;
    return address ? this.#getRepository(address) : undefined;
  }

  async #between(
    entity: Entity,
    image: string,
    before: string,
    after: string,
  ): Promise<SourceChange | undefined> {
    const [from, to] = await Promise.all([
      this.#images.of(image, before),
      this.#images.of(image, after),
    ]);
    if (!from || !to || from.revision === to.revision) return undefined;
    const repository = this.#repository(to, sourceOfEntity(entity));
    if (!repository?.listCommitsBetween) return undefined;
    const list = (ancestor: string, commit: string) =>
      repository.listCommitsBetween!({
        ancestor,
        commit,
        limit: MAX_COMMITS + 1,
      });
    const added = await list(from.revision, to.revision);
    // Nothing new: then it is a step back, and these are the commits that go.
    const isBack = added.length === 0;
    const commits = isBack ? await list(to.revision, from.revision) : added;
    return {
      repository: image,
      from: from.revision,
      to: to.revision,
      ...(isBack ? { back: true } : {}),
      commits: commits
        .slice(0, MAX_COMMITS)
        .map(commit => shown(commit, repository)),
      ...(commits.length > MAX_COMMITS ? { more: true } : {}),
    };
  }
}
