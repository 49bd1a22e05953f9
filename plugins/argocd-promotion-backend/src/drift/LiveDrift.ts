import { setImmediate as nextTurn } from 'node:timers/promises';
import { NotFoundError, toError } from '@backstage/errors';
import {
  ApplicationDrift,
  ManifestSides,
  ResourceDrift,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { ArgocdClient } from '../argocd/ArgocdClient';
import { Application, ManagedResource } from '../argocd/types';
import { compareResource } from './fields/compareResource';
import { manifestSides } from './fields/manifestSides';

/** Comparing goes on for so long before others get their turn. */
const SLICE_MS = 10;
const MAX_KNOWN = 500;

interface Known {
  version: string;
  drift: ApplicationDrift;
}

/** Which object is meant, as Argo CD names it. */
export interface ResourceKey {
  group?: string;
  kind: string;
  namespace?: string;
  name: string;
}

/**
 * What differs from git field by field. Argo CD is asked when somebody looks, once for each state of an Application,
 * however many look at it. When it can't answer, the last answer is told with its age.
 */
export class LiveDrift {
  readonly #client: (instance: string) => ArgocdClient | undefined;
  readonly #now: () => Date;
  readonly #known = new Map<string, Known>();
  readonly #running = new Map<string, Promise<ApplicationDrift>>();

  constructor(options: {
    client(instance: string): ArgocdClient | undefined;
    now?: () => Date;
  }) {
    this.#client = options.client;
    this.#now = options.now ?? (() => new Date());
  }

  async get(
    instance: string,
    application: Application,
  ): Promise<ApplicationDrift> {
    const { namespace, name, uid } = application.metadata;
    const key = JSON.stringify([instance, namespace, name, uid]);
    const version = versionOf(application);
    const known = this.#known.get(key);
    if (known?.version === version) return known.drift;
    const work = `${key} ${version}`;
    const running =
      this.#running.get(work) ??
      this.#read(instance, application).finally(() =>
        this.#running.delete(work),
      );
    this.#running.set(work, running);
    try {
      const drift = await running;
      this.#remember(key, { version, drift });
      return drift;
    } catch (error) {
      if (!known) throw error;
      return { ...known.drift, staleReason: toError(error).message };
    }
  }

  /** Both sides of one object. Throws `NotFoundError` when the Application does not manage it. */
  async manifests(
    instance: string,
    application: Application,
    wanted: ResourceKey,
  ): Promise<ManifestSides> {
    const items = await this.#managed(instance, application);
    const found = items.find(
      item =>
        (item.group ?? '') === (wanted.group ?? '') &&
        item.kind === wanted.kind &&
        (item.namespace ?? '') === (wanted.namespace ?? '') &&
        item.name === wanted.name,
    );
    if (!found)
      throw new NotFoundError(
        `The Application ${application.metadata.name} manages no ${wanted.kind} ${wanted.name}`,
      );
    return manifestSides(found);
  }

  #managed(
    instance: string,
    { metadata, spec }: Application,
  ): Promise<ManagedResource[]> {
    const client = this.#client(instance);
    if (!client) throw new NotFoundError(`No instance ${instance}`);
    const { namespace, name } = metadata;
    return client.getManagedResources({
      namespace,
      name,
      project: spec.project,
    });
  }

  async #read(
    instance: string,
    application: Application,
  ): Promise<ApplicationDrift> {
    const items = await this.#managed(instance, application);
    const resources: ResourceDrift[] = [];
    let turn = performance.now();
    for (const item of items) {
      const drift = compareResource(item);
      if (drift) resources.push(drift);
      if (performance.now() - turn < SLICE_MS) continue;
      await nextTurn();
      turn = performance.now();
    }
    return { comparedAt: this.#now().toISOString(), resources };
  }

  #remember(key: string, known: Known): void {
    this.#known.delete(key);
    this.#known.set(key, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_KNOWN) this.#known.delete(oldest);
  }
}

/** Changes whenever Argo CD has compared anew: every comparison that finds something else writes the Application. */
function versionOf({ metadata, status }: Application): string {
  return JSON.stringify([metadata.resourceVersion, status?.reconciledAt]);
}
