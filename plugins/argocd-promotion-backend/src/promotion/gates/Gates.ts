import { toError } from '@backstage/errors';
import {
  Gate,
  Release,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  GateContext,
  GateEvaluator,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { Deployment } from '../../deployments/types';
import { combine, isCombination } from './combine';
import { targetFacts } from './targetFacts';
import { RunsSince, upstreamFacts } from './upstreamFacts';
import { upstreamGates } from './upstreamGates';

type GateConfig = { kind: string } & Record<string, unknown>;

/** Evaluates the gates of an environment. */
export class Gates {
  readonly #evaluators: Map<string, GateEvaluator>;
  readonly #now: () => Date;
  readonly #runsSince?: RunsSince;

  constructor(options: {
    evaluators: GateEvaluator[];
    now?: () => Date;
    runsSince?: RunsSince;
  }) {
    this.#evaluators = new Map(
      options.evaluators.map(evaluator => [evaluator.kind, evaluator]),
    );
    this.#now = options.now ?? (() => new Date());
    this.#runsSince = options.runsSince;
  }

  /** A rollback has no upstream: of its gates only approval asks anything. */
  async evaluate(options: {
    target: Deployment;
    upstream?: Deployment;
    release: Release;
    approvals: Array<{ by: string; at: Date }>;
    /** Every deployment of the pipeline. */
    deployments?: Deployment[];
    /** Of the entity: they approve, besides the groups of the environment. */
    owners?: string[];
  }): Promise<Gate[]> {
    const { target, upstream, release, approvals } = options;
    const { deployments = [], owners = [] } = options;
    const { gates, approvals: rule, name } = target.environment;
    const wanted = gates.filter(({ kind }) => kind !== 'approval' && upstream);
    const configured = [
      ...wanted,
      ...(rule.required > 0 ? [{ kind: 'approval' }] : []),
    ];
    const facts = upstream
      ? upstreamFacts(upstream, release, this.#runsSince)
      : { hooks: [], stale: false };
    const evaluated = await Promise.all(
      configured.map(config =>
        this.#evaluate(config, {
          entityRef: target.entityRef,
          environment: name,
          from: upstream?.environment.name ?? name,
          release,
          now: this.#now(),
          upstream: facts,
          target: targetFacts(target),
          approvals,
          approvalsRequired: rule.required,
          approvers: [...new Set([...owners, ...rule.groups])],
        }),
      ),
    );
    return upstream
      ? [...upstreamGates(deployments, target, upstream, release), ...evaluated]
      : evaluated;
  }

  async #evaluate(
    config: GateConfig,
    facts: Omit<GateContext, 'config'>,
  ): Promise<Gate> {
    const { kind } = config;
    if (isCombination(kind)) {
      const parts = (config.gates ?? []) as GateConfig[];
      const gates = await Promise.all(
        parts.map(part => this.#evaluate(part, facts)),
      );
      const { title } = config;
      return combine(
        kind,
        gates,
        typeof title === 'string' ? title : undefined,
      );
    }
    const context = { ...facts, config };
    const evaluator = this.#evaluators.get(kind);
    if (!evaluator) {
      const known = [...this.#evaluators.keys()].join(', ');
      return {
        kind,
        title: kind,
        state: 'blocked',
        reason: `There is no gate of this kind; known are: ${known}`,
      };
    }
    try {
      return await evaluator.evaluate(context);
    } catch (error) {
      // No evidence is never a pass.
      return {
        kind,
        title: kind,
        state: 'pending',
        reason: `The gate could not be evaluated: ${toError(error).message}`,
      };
    }
  }
}
