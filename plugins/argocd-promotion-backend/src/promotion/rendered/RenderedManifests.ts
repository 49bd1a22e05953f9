import { createHash } from 'node:crypto';
import { NotFoundError } from '@backstage/errors';
import { ArgocdClient } from '../../argocd/ArgocdClient';
import { Application } from '../../argocd/types';
import { isExactVersion } from '../../deployments/charts';
import { sourcesOf } from '../plan/followedApplications';
import { RenderedObject } from './types';

/** What one Application renders to is rarely larger; larger answers are refused and not kept waiting for. */
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_KNOWN = 40;
/** What is rendered at commits stays; a branch may move. */
const KEPT_MS = 10 * 60_000;

/** One revision a source, by its position from 1; a single source has no position. */
export type Revisions = Array<{ position?: number; revision: string }>;

/** What Argo CD renders of Applications, asked once for each state of their spec and each set of commits. */
export class RenderedManifests {
  readonly #argocd: (instance: string) => ArgocdClient | undefined;
  readonly #now: () => number;
  readonly #known = new Map<
    string,
    { objects: RenderedObject[]; until: number }
  >();

  constructor(options: {
    argocd(instance: string): ArgocdClient | undefined;
    now?: () => number;
  }) {
    this.#argocd = options.argocd;
    this.#now = options.now ?? Date.now;
  }

  /**
   * The rendered objects.
   *
   * @param revisions - commits; absent, what the Application tracks at present is rendered
   */
  async get(
    instance: string,
    application: Application,
    options: { revisions?: Revisions; signal: AbortSignal },
  ): Promise<RenderedObject[]> {
    const { metadata, spec } = application;
    const { revisions = [], signal } = options;
    const key = createHash('sha256')
      .update(
        JSON.stringify([
          instance,
          metadata.namespace,
          metadata.name,
          spec,
          revisions,
        ]),
      )
      .digest('hex');
    const known = this.#known.get(key);
    if (known && known.until > this.#now()) return known.objects;
    const client = this.#argocd(instance);
    if (!client) throw new NotFoundError(`There is no instance ${instance}`);
    const objects = await client.getManifests(
      {
        namespace: metadata.namespace,
        name: metadata.name,
        project: spec.project,
      },
      { revisions, signal, maxBytes: MAX_BYTES },
    );
    // What all sources name for good is rendered in the same way tomorrow.
    const isFixed = sourcesOf({ application }).every(
      ({ targetRevision = '' }, i) =>
        isExactVersion(targetRevision) ||
        revisions.some(({ position = 1 }) => position === i + 1),
    );
    if (isFixed) {
      this.#known.delete(key);
      this.#known.set(key, { objects, until: this.#now() + KEPT_MS });
      const [oldest] = this.#known.keys();
      if (this.#known.size > MAX_KNOWN) this.#known.delete(oldest);
    }
    return objects;
  }
}
