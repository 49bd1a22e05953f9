import { setTimeout as wait } from 'node:timers/promises';
import {
  ConflictError,
  NotFoundError,
  stringifyError,
} from '@backstage/errors';
import {
  RolloutAction,
  RolloutActionResult,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { ArgocdClient } from '../argocd/ArgocdClient';
import { DeployedApplicationState } from '../deployments/types';
import { happened, wordOf } from './effects';
import { RolloutFacts } from './facts';
import { keyOf, readRollouts } from './readRollouts';
import { rolloutView } from './rolloutView';
import { TagOf } from './versions';

const AWAITED_MS = 10_000;
const LOOK_EVERY_MS = 500;

export interface RolloutActionRequest {
  namespace?: string;
  name: string;
  action: RolloutAction;
  /** The state that whoever asks has seen. */
  seen: string;
}

/** Acts on Rollouts through Argo CD, and looks at what came of it. */
export class RolloutActions {
  readonly #options: {
    client(instance: string): ArgocdClient | undefined;
    onActed(
      key: { instance: string; namespace: string; name: string },
      occasion: string,
    ): void;
    awaitedMs?: number;
  };

  constructor(options: {
    client(instance: string): ArgocdClient | undefined;
    /** Told of the Application once something was done in it. */
    onActed(
      key: { instance: string; namespace: string; name: string },
      occasion: string,
    ): void;
    /** How long the effect is waited for. */
    awaitedMs?: number;
  }) {
    this.#options = options;
  }

  /**
   * Throws `ConflictError` when the Rollout is not as it was seen, or the action makes no sense in its state; errors of
   * Argo CD with its own message. What Argo CD took but did not show in time is told as that.
   */
  async act(
    deployed: DeployedApplicationState,
    request: RolloutActionRequest,
    tagOf: TagOf,
  ): Promise<RolloutActionResult> {
    const { instance, application } = deployed;
    const client = this.#options.client(instance);
    if (!client) throw new NotFoundError(`No instance ${instance}`);
    const before = await this.#read(client, deployed, request);
    const view = rolloutView(before, tagOf);
    const offer = view.actions.find(({ action }) => action === request.action);
    if (view.seen !== request.seen)
      throw new ConflictError(
        `The Rollout ${request.name} is no longer as you saw it: ${view.headline}. Look again before you act.`,
      );
    if (!offer?.available)
      throw new ConflictError(
        `${wordOf(request.action)} is not possible now: ${offer?.reason}`,
      );
    await client.act(
      keyOf(application),
      {
        group: 'argoproj.io',
        version: before.version,
        kind: 'Rollout',
        ...(before.manifest.namespace
          ? { namespace: before.manifest.namespace }
          : {}),
        name: before.manifest.name,
      },
      request.action,
    );
    const { namespace, name } = application.metadata;
    const told = () =>
      this.#options.onActed(
        { instance, namespace, name },
        `${request.action} ${request.seen}`,
      );
    told();
    const after = await this.#awaitEffect(client, deployed, request, before);
    told();
    const rollout = rolloutView(after.facts, tagOf);
    return {
      rollout,
      happened: after.happened,
      message: after.happened
        ? rollout.headline
        : `Argo CD took it, but the Rollout does not show it yet${
            after.trouble ? ` (${after.trouble})` : ''
          }: ${rollout.headline}`,
    };
  }

  async #awaitEffect(
    client: ArgocdClient,
    deployed: DeployedApplicationState,
    request: RolloutActionRequest,
    before: RolloutFacts,
  ): Promise<{ facts: RolloutFacts; happened: boolean; trouble?: string }> {
    const deadline = Date.now() + (this.#options.awaitedMs ?? AWAITED_MS);
    let facts = before;
    let trouble: string | undefined;
    for (;;) {
      try {
        facts = await this.#read(client, deployed, request, before);
        trouble = undefined;
        if (happened(request.action, before.manifest, facts.manifest))
          return { facts, happened: true };
      } catch (error) {
        // It was done; only that it cannot be seen is new.
        trouble = stringifyError(error);
      }
      if (Date.now() >= deadline)
        return { facts, happened: false, ...(trouble ? { trouble } : {}) };
      await wait(LOOK_EVERY_MS);
    }
  }

  async #read(
    client: ArgocdClient,
    { application }: DeployedApplicationState,
    only: RolloutActionRequest,
    before?: RolloutFacts,
  ): Promise<RolloutFacts> {
    const [facts] = await readRollouts({
      client,
      application,
      only,
      ...(before ? { before: [before] } : {}),
    });
    if (facts) return facts;
    throw new NotFoundError(
      `The Application ${application.metadata.name} has no Rollout ${only.name}`,
    );
  }
}
