import { stringifyError } from '@backstage/errors';
import {
  Gate,
  Release,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  GateContext,
  GateEvaluator,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { Deployment } from '../../deployments/types';
import { upstreamFacts } from './upstreamFacts';

/** Evaluates the gates of an environment. */
export class Gates {
  readonly #evaluators: Map<string, GateEvaluator>;
  readonly #now: () => Date;

  constructor(options: { evaluators: GateEvaluator[]; now?: () => Date }) {
    this.#evaluators = new Map(
      options.evaluators.map(evaluator => [evaluator.kind, evaluator]),
    );
    this.#now = options.now ?? (() => new Date());
  }

  /** A rollback has no upstream: of its gates only approval asks anything. */
  async evaluate(options: {
    target: Deployment;
    upstream?: Deployment;
    release: Release;
    approvals: Array<{ by: string; at: Date }>;
  }): Promise<Gate[]> {
    const { target, upstream, release, approvals } = options;
    const { gates, approvals: rule, name } = target.environment;
    const wanted = gates.filter(({ kind }) => kind !== 'approval' && upstream);
    const configured = [
      ...wanted,
      ...(rule.required > 0 ? [{ kind: 'approval' }] : []),
    ];
    const facts = upstream
      ? upstreamFacts(upstream, release)
      : { hooks: [], stale: false };
    return Promise.all(
      configured.map(config =>
        this.#evaluate(config.kind, {
          entityRef: target.entityRef,
          environment: name,
          from: upstream?.environment.name ?? name,
          release,
          now: this.#now(),
          upstream: facts,
          approvals,
          approvalsRequired: rule.required,
          config,
        }),
      ),
    );
  }

  async #evaluate(kind: string, context: GateContext): Promise<Gate> {
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
        reason: `The gate could not be evaluated: ${stringifyError(error)}`,
      };
    }
  }
}
