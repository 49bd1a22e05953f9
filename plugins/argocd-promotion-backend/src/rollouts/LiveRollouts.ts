import { toError } from '@backstage/errors';
import { RolloutView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { ArgocdClient } from '../argocd/ArgocdClient';
import { DeployedApplicationState } from '../deployments/types';
import { RolloutFacts } from './facts';
import { hasRollouts, readRollouts } from './readRollouts';
import { rolloutView } from './rolloutView';
import { TagOf } from './versions';

/**
 * The Rollouts of one Application for somebody who looks: from what is read in the background, and where that is not
 * there yet or of an earlier state, by asking once for all who wait. When Argo CD can't answer, the last answer is told.
 */
export class LiveRollouts {
  readonly #client: (instance: string) => ArgocdClient | undefined;
  readonly #running = new Map<string, Promise<RolloutFacts[]>>();

  constructor(options: { client(instance: string): ArgocdClient | undefined }) {
    this.#client = options.client;
  }

  async get(
    deployed: DeployedApplicationState,
    tagOf: TagOf,
  ): Promise<{ items: RolloutView[]; staleReason?: string }> {
    const { application, rollouts: known, staleReason } = deployed;
    const told = (facts: RolloutFacts[]) =>
      facts.map(rollout => rolloutView(rollout, tagOf));
    if (!hasRollouts(application)) return { items: [] };
    if (known?.current)
      return {
        items: told(known.rollouts),
        ...(staleReason ? { staleReason } : {}),
      };
    try {
      return { items: told(await this.#read(deployed)) };
    } catch (error) {
      if (!known) throw error;
      return {
        items: told(known.rollouts),
        staleReason: toError(error).message,
      };
    }
  }

  #read({
    instance,
    application,
    rollouts,
  }: DeployedApplicationState): Promise<RolloutFacts[]> {
    const { namespace, name, resourceVersion } = application.metadata;
    const work = JSON.stringify([instance, namespace, name, resourceVersion]);
    const running = this.#running.get(work);
    if (running) return running;
    const client = this.#client(instance);
    if (!client) throw new Error(`There is no instance ${instance} any more`);
    const reading = readRollouts({
      client,
      application,
      ...(rollouts ? { before: rollouts.rollouts } : {}),
    }).finally(() => this.#running.delete(work));
    this.#running.set(work, reading);
    return reading;
  }
}
