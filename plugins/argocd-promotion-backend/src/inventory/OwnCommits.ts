import { LoggerService } from '@backstage/backend-plugin-api';
import {
  GitCommit,
  GitRepository,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { revisionsOf } from '../argocd/parseApplication';
import { Application } from '../argocd/types';
import { Inventory, InventoryKey, inventoryKey } from './Inventory';
import { ownPaths } from './ownPaths';
import { Readings } from './Readings';

/** The newest commit that touches what an Application renders. */
export interface OwnCommit {
  repoURL: string;
  commit: GitCommit;
  /** When Argo CD deployed it, as far as its history reaches back. */
  deployedAt?: string;
}

/** What was deployed last, one revision a source. */
function deployedRevisions({ status }: Application): string[] {
  const history = status?.history ?? [];
  const last = revisionsOf(history[history.length - 1]);
  return last.length > 0
    ? last
    : revisionsOf(status?.operationState?.syncResult);
}

/** Argo CD can deploy a commit only after it was made: the first deployment since then brought it. */
export function deploymentOf(
  { status }: Application,
  committedAt: string,
): string | undefined {
  return (status?.history ?? [])
    .map(({ deployedAt }) => deployedAt)
    .filter(deployedAt => Date.parse(deployedAt) >= Date.parse(committedAt))
    .sort()[0];
}

/**
 * Asks git which commit touched an Application's own files last: Argo CD syncs to the newest commit of a whole
 * repository, which may be about a neighbour. Asked in the background, once a deployed revision, and only for
 * Applications that somebody looks at, since hosts count requests.
 */
export class OwnCommits {
  readonly #inventory: Pick<Inventory, 'get'>;
  readonly #getRepository: (url: string) => GitRepository | undefined;
  readonly #read: Readings<OwnCommit>;

  constructor(options: {
    inventory: Pick<Inventory, 'get'>;
    getRepository: (url: string) => GitRepository | undefined;
    logger: LoggerService;
    /** Told of an Application (`instance/namespace/name`) of which more is known now. */
    onRead: (key: string) => void;
  }) {
    this.#inventory = options.inventory;
    this.#getRepository = options.getRepository;
    this.#read = new Readings({
      logger: options.logger,
      what: 'The commits of an Application',
      limits: { concurrency: 2, aheadConcurrency: 0, aheadIntervalMs: 0 },
      // A host that refuses is not asked again and again.
      retryMs: attempt => Math.min(3_600_000, 5_000 * 4 ** attempt),
      onRead: options.onRead,
      read: key => this.#find(key),
    });
  }

  /** What is known now; what is not is asked for. */
  of(key: InventoryKey): OwnCommit | undefined {
    const application = this.#inventory.get(key)?.application;
    const revisions = application ? deployedRevisions(application) : [];
    if (revisions.length === 0) return undefined;
    const id = inventoryKey(key);
    const signature = JSON.stringify(revisions);
    this.#read.want(id, signature, 'watched');
    // Of another revision it may be wrong by now.
    return this.#read.isCurrent(id, signature) ? this.#read.get(id) : undefined;
  }

  stop(): Promise<void> {
    return this.#read.stop();
  }

  async #find(
    id: string,
  ): Promise<{ value: OwnCommit; complete: boolean } | undefined> {
    const [instance, namespace, name] = id.split('/');
    const application = this.#inventory.get({
      instance,
      namespace,
      name,
    })?.application;
    if (!application) return undefined;
    const revisions = deployedRevisions(application);
    let newest: OwnCommit | undefined;
    for (const [index, { repoURL, paths }] of ownPaths(application).entries()) {
      const repository = this.#getRepository(repoURL);
      const ref = revisions[index];
      if (!repository || !ref) continue;
      for (const path of paths) {
        const [commit] = await repository.listCommits({
          ref,
          ...(path ? { path } : {}),
          limit: 1,
        });
        if (
          commit &&
          !(
            newest &&
            Date.parse(newest.commit.committedAt) >=
              Date.parse(commit.committedAt)
          )
        )
          newest = { repoURL, commit };
      }
    }
    if (!newest) return undefined;
    const deployedAt = deploymentOf(application, newest.commit.committedAt);
    return {
      value: { ...newest, ...(deployedAt ? { deployedAt } : {}) },
      complete: true,
    };
  }
}
