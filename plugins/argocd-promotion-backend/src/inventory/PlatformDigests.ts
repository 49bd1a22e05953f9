import { NotFoundError } from '@backstage/errors';
import {
  digestOfImageId,
  normalizeRepository,
  parseImageReference,
} from '../images/reference';
import { RegistryClient } from '../registry';
import { PlatformEvidence, PodFacts } from './runningImages';

/** Indexes remembered; the oldest is asked for again when it is needed again. */
const MAX_INDEXES = 5_000;

const keyOf = (repository: string, index: string) => `${repository}@${index}`;

type Known = { children: ReadonlySet<string> } | { reason: string };

/**
 * Platforms of image indexes, as the configured registries tell them. A digest names its content, so what was told once
 * holds for good; a registry that cannot be asked is said to be so, and nothing is guessed.
 */
export class PlatformDigests implements PlatformEvidence {
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly registry: Pick<
      RegistryClient,
      'knows' | 'platformDigests'
    >,
  ) {}

  isChildOf(child: string, index: string, repository: string): boolean {
    const known = this.#known.get(keyOf(repository, index));
    return (
      known !== undefined && 'children' in known && known.children.has(child)
    );
  }

  unverified(index: string, repository: string): string | undefined {
    const known = this.#known.get(keyOf(repository, index));
    return known && 'reason' in known ? known.reason : undefined;
  }

  /**
   * Asks about every index whose Pods report another digest. `complete` is false when asking again later may help;
   * `told` is equal when the registry told the same.
   */
  async read(pods: PodFacts[]): Promise<{ complete: boolean; told: string }> {
    const wanted = new Map<string, { repository: string; index: string }>();
    for (const { image, imageId } of pods.flatMap(pod => pod.containers)) {
      const reference = parseImageReference(image);
      const running = imageId ? digestOfImageId(imageId)?.digest : undefined;
      if (!reference?.digest || !running || running === reference.digest)
        continue;
      const repository = normalizeRepository(reference.repository);
      wanted.set(keyOf(repository, reference.digest), {
        repository,
        index: reference.digest,
      });
    }
    const complete = await Promise.all(
      [...wanted.values()].map(want => this.#ask(want)),
    );
    return {
      complete: !complete.includes(false),
      told: [...wanted.keys()]
        .map(key => {
          const known = this.#known.get(key);
          return known && 'reason' in known ? `${key} ${known.reason}` : key;
        })
        .join('\n'),
    };
  }

  /** False when the same question may be answered later. */
  async #ask(want: { repository: string; index: string }): Promise<boolean> {
    const { repository, index } = want;
    const key = keyOf(repository, index);
    const before = this.#known.get(key);
    if (before && 'children' in before) return true;
    const host = repository.slice(0, repository.indexOf('/'));
    if (!this.registry.knows(repository)) {
      this.#remember(key, { reason: `the registry ${host} is not configured` });
      return true;
    }
    try {
      const children = await this.registry.platformDigests(repository, index);
      this.#remember(key, { children: new Set(children) });
      return true;
    } catch (error) {
      const gone = error instanceof NotFoundError;
      this.#remember(key, {
        reason: gone
          ? `the registry ${host} does not know the pinned digest`
          : `the registry ${host} cannot be asked at present`,
      });
      return gone;
    }
  }

  #remember(key: string, known: Known): void {
    this.#known.delete(key);
    this.#known.set(key, known);
    if (this.#known.size > MAX_INDEXES) {
      const [oldest] = this.#known.keys();
      this.#known.delete(oldest);
    }
  }
}
