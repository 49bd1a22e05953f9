import { Gate } from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  GateContext,
  GateEvaluator,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { ArgocdClient } from '../../argocd/ArgocdClient';
import { Evidence } from './Evidence';
import { maySync } from './syncWindows';

const INTERVAL_MS = 60_000;
const TIMEOUT_MS = 15_000;

/** The sync windows of the target's AppProjects let automated sync run: else a commit would lie there unsynced. */
export class SyncWindowsGate implements GateEvaluator {
  readonly kind = 'sync-windows';
  readonly #evidence: Evidence;
  readonly #argocd: (instance: string) => ArgocdClient | undefined;

  constructor(options: {
    evidence: Evidence;
    argocd(instance: string): ArgocdClient | undefined;
  }) {
    this.#evidence = options.evidence;
    this.#argocd = options.argocd;
  }

  evaluate(context: GateContext): Gate {
    const gate = { kind: this.kind, title: 'Sync windows' };
    const closed: Array<{ name: string; opensAt?: Date }> = [];
    for (const application of context.target.applications) {
      const { instance, project, name, destination, automated } = application;
      const finding = this.#evidence.look({
        key: JSON.stringify([this.kind, instance, project]),
        entityRef: context.entityRef,
        maxAge: INTERVAL_MS,
        timeoutMs: TIMEOUT_MS,
        ask: async signal => {
          const client = this.#argocd(instance);
          if (!client) throw new Error(`there is no instance ${instance}`);
          return client.getSyncWindows(project, { signal });
        },
      });
      if (!finding)
        return {
          ...gate,
          state: 'pending',
          reason: `The AppProject ${project} is being read`,
        };
      if (finding.error !== undefined)
        return {
          ...gate,
          state: 'pending',
          reason: `The AppProject ${project} can't be read: ${finding.error}`,
        };
      const clusters = [destination.name, destination.server];
      const answer = maySync(
        finding.value,
        {
          name,
          ...(destination.namespace
            ? { namespace: destination.namespace }
            : {}),
          clusters: clusters.filter(cluster => cluster !== undefined),
        },
        context.now,
        // Without automated sync it is asked for, by us or by people.
        { manual: automated === false },
      );
      if (!answer.allowed) closed.push({ name, opensAt: answer.opensAt });
    }
    if (closed.length === 0)
      return {
        ...gate,
        state: 'passed',
        reason: 'No sync window is in the way',
      };
    const opens = closed.map(({ opensAt }) => opensAt?.getTime() ?? NaN);
    const last = Math.max(...opens);
    return {
      ...gate,
      state: 'pending',
      reason: `A sync window of the AppProject forbids to sync ${closed
        .map(({ name }) => name)
        .join(', ')}`,
      ...(Number.isNaN(last) ? {} : { opensAt: new Date(last).toISOString() }),
    };
  }
}
