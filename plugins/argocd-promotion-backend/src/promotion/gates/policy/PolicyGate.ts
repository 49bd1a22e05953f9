import { createHash } from 'node:crypto';
import { Gate } from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  GateContext,
  GateEvaluator,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { DeploymentService } from '../../../deployments/types';
import { pinRendered } from '../../rendered/pinRendered';
import { RenderedManifests } from '../../rendered/RenderedManifests';
import { revisionsOf } from '../../rendered/revisionsOf';
import { Evidence } from '../Evidence';
import { checkObjects, Finding, PolicyFindings } from './checkObjects';
import { readRules } from './rules';

const INTERVAL_MS = 60_000;
const TIMEOUT_MS = 30_000;
/** More reasons than these are read by nobody. */
const MAX_TOLD = 3;

const hash = (value: unknown) =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex');

/**
 * Rules over every object that the target renders once the release is in: what Argo CD renders of its Applications, with
 * the images pinned. Argo CD is asked in the background; until it has answered nothing is passed.
 */
export class PolicyGate implements GateEvaluator {
  readonly kind = 'policy';
  readonly #evidence: Evidence;
  readonly #manifests: Pick<RenderedManifests, 'get'>;
  readonly #deployments: Pick<DeploymentService, 'getApplication'>;

  constructor(options: {
    evidence: Evidence;
    manifests: Pick<RenderedManifests, 'get'>;
    deployments: Pick<DeploymentService, 'getApplication'>;
  }) {
    this.#evidence = options.evidence;
    this.#manifests = options.manifests;
    this.#deployments = options.deployments;
  }

  evaluate(context: GateContext): Gate {
    const { config, entityRef, environment, release, target } = context;
    const title = typeof config.title === 'string' ? config.title : 'Policy';
    const gate = { kind: this.kind, title };
    const rules = readRules(config);
    const states = target.applications.map(key =>
      this.#deployments.getApplication(key),
    );
    const finding = this.#evidence.look({
      // Another spec or another state of git renders otherwise.
      key: hash([
        this.kind,
        rules,
        config.params,
        entityRef,
        environment,
        release.id,
        target.applications.map(({ instance, namespace, name }, i) => [
          instance,
          namespace,
          name,
          states[i]?.application.spec,
          states[i]?.application.status?.sync?.revision,
          states[i]?.application.status?.sync?.revisions,
        ]),
      ]),
      entityRef,
      maxAge: INTERVAL_MS,
      timeoutMs: TIMEOUT_MS,
      ask: signal => this.#check(context, signal),
    });
    if (!finding)
      return {
        ...gate,
        state: 'pending',
        reason: `Argo CD is asked what ${environment} renders`,
      };
    if (finding.error !== undefined)
      return {
        ...gate,
        state: 'pending',
        reason: `What ${environment} renders is not known: ${finding.error}`,
      };
    return { ...gate, ...verdictOf(finding.value, rules.length) };
  }

  async #check(
    { config, entityRef, environment, from, release, target }: GateContext,
    signal: AbortSignal,
  ): Promise<PolicyFindings & { objects: number }> {
    const rules = readRules(config);
    const all: PolicyFindings & { objects: number } = {
      checked: 0,
      broken: [],
      open: [],
      objects: 0,
    };
    if (target.applications.length === 0)
      throw new Error('it has no Application');
    for (const key of target.applications) {
      const state = this.#deployments.getApplication(key);
      if (!state) throw new Error(`Argo CD does not tell of ${key.name}`);
      const before = await this.#manifests.get(
        key.instance,
        state.application,
        { signal },
      );
      const revisions = revisionsOf(state.application, [], release.charts);
      const changed =
        revisions.length > 0
          ? await this.#manifests.get(key.instance, state.application, {
              revisions,
              signal,
            })
          : before;
      const found = await checkObjects({
        rules,
        before,
        objects: pinRendered(changed, release.images),
        variables: {
          application: key.name,
          entity: entityRef,
          environment,
          from,
          params: config.params ?? {},
        },
      });
      all.objects += changed.length;
      all.checked += found.checked;
      all.broken.push(...found.broken);
      all.open.push(...found.open);
    }
    return all;
  }
}

function verdictOf(
  found: PolicyFindings & { objects: number },
  rules: number,
): Pick<Gate, 'state' | 'reason'> {
  if (found.broken.length > 0)
    return { state: 'blocked', reason: told(found.broken) };
  if (found.open.length > 0)
    return { state: 'pending', reason: told(found.open) };
  // No objects at all is no evidence: an empty render is rather a mistake than a wish.
  if (found.objects === 0)
    return { state: 'pending', reason: 'Argo CD renders no object at all' };
  const amount = rules === 1 ? 'The rule holds' : `All ${rules} rules hold`;
  return {
    state: 'passed',
    reason: `${amount} for the ${found.objects} objects that are rendered`,
  };
}

function told(findings: Finding[]): string {
  const first = findings
    .slice(0, MAX_TOLD)
    .map(({ rule, object, message }) => `${object} (${rule}): ${message}`);
  const more = findings.length - first.length;
  return [...first, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
