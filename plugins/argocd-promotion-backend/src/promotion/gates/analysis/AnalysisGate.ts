import { Gate } from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  GateContext,
  GateEvaluator,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { ArgocdClient } from '../../../argocd/ArgocdClient';
import { ResourceNode } from '../../../argocd/types';
import { Evidence } from '../Evidence';
import {
  AnalysedRollout,
  analysisVerdict,
  parseRollout,
} from './analysisVerdict';

const INTERVAL_MS = 15_000;
const TIMEOUT_MS = 20_000;
const MAX_ROLLOUTS = 20;

interface Found {
  rollouts: AnalysedRollout[];
  nodes: ResourceNode[];
}

/** The analyses of the upstream's Rollouts succeeded on this very release. */
export class AnalysisGate implements GateEvaluator {
  readonly kind = 'analysis';
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
    const { entityRef, from, release, upstream } = context;
    const gate = { kind: this.kind, title: `Analysis in ${from}` };
    const pending = (reason: string): Gate => ({
      ...gate,
      state: 'pending',
      reason,
    });
    const { applications = [], runs, stale } = upstream;
    if (stale) return pending(`What is known of ${from} is old`);
    const isRunning = release.images.every(image =>
      runs?.images.some(
        ({ repository, digest }) =>
          repository === image.repository && digest === image.digest,
      ),
    );
    if (!isRunning) return pending(`${from} does not run this release`);
    const verdicts = [];
    for (const { instance, namespace, name, project } of applications) {
      const finding = this.#evidence.look({
        key: JSON.stringify([this.kind, instance, namespace, name, release.id]),
        entityRef,
        maxAge: INTERVAL_MS,
        timeoutMs: TIMEOUT_MS,
        ask: signal =>
          this.#read(instance, { namespace, name, project }, signal),
      });
      if (!finding) return pending(`The Rollouts of ${name} are being read`);
      if (finding.error !== undefined)
        return pending(
          `The Rollouts of ${name} can't be read: ${finding.error}`,
        );
      const { rollouts, nodes } = finding.value;
      verdicts.push(
        ...rollouts.flatMap(
          rollout => analysisVerdict(rollout, nodes, release) ?? [],
        ),
      );
    }
    if (verdicts.length === 0)
      return pending(`No Rollout in ${from} runs an image of this release`);
    const worst =
      verdicts.find(({ state }) => state === 'blocked') ??
      verdicts.find(({ state }) => state === 'pending');
    return worst
      ? { ...gate, ...worst }
      : {
          ...gate,
          state: 'passed',
          reason: verdicts.map(({ reason }) => reason).join('; '),
        };
  }

  async #read(
    instance: string,
    key: { namespace: string; name: string; project: string },
    signal: AbortSignal,
  ): Promise<Found> {
    const client = this.#argocd(instance);
    if (!client) throw new Error(`there is no instance ${instance}`);
    const { nodes } = await client.getResourceTree(key, { signal });
    const ofRollouts = (nodes ?? []).filter(
      ({ group }) => group === 'argoproj.io',
    );
    const found = ofRollouts.filter(({ kind }) => kind === 'Rollout');
    if (found.length > MAX_ROLLOUTS)
      throw new Error(`it has more than ${MAX_ROLLOUTS} Rollouts`);
    const manifests = await Promise.all(
      found.map(node => client.getResource(key, node, { signal })),
    );
    return {
      nodes: ofRollouts,
      rollouts: manifests.flatMap(manifest => parseRollout(manifest) ?? []),
    };
  }
}
