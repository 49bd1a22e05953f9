import { isError } from '@backstage/errors';
import {
  Release,
  ReleaseChart,
  RenderedApplication,
  RenderedDifference,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import pLimit from 'p-limit';
import { DeploymentService } from '../../deployments/types';
import { FollowedApplication } from '../types';
import { compareRendered } from './compareRendered';
import { pinRendered } from './pinRendered';
import { RenderedManifests } from './RenderedManifests';
import { BranchCommit, revisionsOf } from './revisionsOf';
import { objectKey, RenderedObject } from './types';

/** A root only carries an edit. */
const hasWorkloads = ({ images, charts }: FollowedApplication) =>
  images.length > 0 || charts !== undefined;

const MAX_APPLICATIONS = 10;
const AT_ONCE = 3;
/** For all Applications together: rendering takes a second or two, a large chart ten. */
const PATIENCE_MS = 25_000;

/** What is compared: `after` only where the promotion is in git already. */
export interface Sides {
  applications: FollowedApplication[];
  release: Release;
  before: BranchCommit[];
  after?: BranchCommit[];
}

/**
 * What a promotion changes in the cluster: Argo CD's own manifests at the commits before and after, or, while there is
 * nothing in git, with the images pinned in those before. It decides nothing: what can't be rendered is told.
 */
export class RenderedDifferences {
  readonly #manifests: RenderedManifests;
  readonly #deployments: Pick<DeploymentService, 'getApplication'>;
  readonly #patienceMs: number;

  constructor(options: {
    manifests: RenderedManifests;
    deployments: Pick<DeploymentService, 'getApplication'>;
    patienceMs?: number;
  }) {
    this.#manifests = options.manifests;
    this.#deployments = options.deployments;
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
  }

  async between(sides: Sides): Promise<RenderedDifference> {
    const signal = AbortSignal.timeout(this.#patienceMs);
    const limit = pLimit(AT_ONCE);
    const wanted = sides.applications.filter(
      application =>
        hasWorkloads(application) || this.#isWritten(application, sides),
    );
    const applications = await Promise.all(
      wanted
        .slice(0, MAX_APPLICATIONS)
        .map(application =>
          limit(() => this.#application(application, sides, signal)),
        ),
    );
    const more = wanted.length - applications.length;
    return { applications, ...(more > 0 ? { more } : {}) };
  }

  /** Whether Argo CD can render it with the edit. */
  #isWritten({ renders }: FollowedApplication, { after }: Sides): boolean {
    return renders.some(({ repo, branch }) =>
      after?.some(side => side.repo === repo && side.branch === branch),
    );
  }

  async #application(
    followed: FollowedApplication,
    sides: Sides,
    signal: AbortSignal,
  ): Promise<RenderedApplication> {
    const { instance, namespace, name } = followed;
    const key = { instance, namespace, name };
    const isWritten = this.#isWritten(followed, sides);
    const state = isWritten ? 'rendered' : 'computed';
    try {
      const found = this.#deployments.getApplication(followed);
      if (!found) throw new Error('Argo CD does not tell of it any more');
      const { application } = found;
      const read = (commits: BranchCommit[], charts?: ReleaseChart[]) =>
        this.#manifests.get(instance, application, {
          revisions: revisionsOf(application, commits, charts),
          signal,
        });
      const before = await read(sides.before);
      const { charts } = followed;
      const after = isWritten
        ? await read(sides.after!, charts)
        : pinRendered(
            charts ? await read(sides.before, charts) : before,
            sides.release.images,
          );
      // Of a root only the promoted children are this promotion's; others may be anybody's.
      const isOwn = this.#ownObjects(followed, sides);
      const { objects, more } = await compareRendered(
        before.filter(isOwn),
        after.filter(isOwn),
      );
      return { ...key, state, objects, ...(more > 0 ? { more } : {}) };
    } catch (error) {
      const reason = signal.aborted
        ? `Argo CD has not rendered it within ${Math.round(
            this.#patienceMs / 1000,
          )} seconds`
        : `Argo CD can't render it: ${isError(error) ? error.message : error}`;
      return { ...key, state: 'failed', reason, objects: [] };
    }
  }

  #ownObjects(
    followed: FollowedApplication,
    sides: Sides,
  ): (object: RenderedObject) => boolean {
    if (hasWorkloads(followed)) return () => true;
    const children = new Set(
      sides.applications.filter(hasWorkloads).map(({ name }) => name),
    );
    return object => {
      const { kind, name } = objectKey(object);
      return kind === 'Application' && children.has(name);
    };
  }
}
