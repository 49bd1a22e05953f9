import { durationToMilliseconds, HumanDuration } from '@backstage/types';
import { Gate } from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  GateContext,
  GateEvaluator,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { ArgocdClient } from '../../argocd/ArgocdClient';
import { DeploymentService } from '../../deployments/types';
import { RenderedManifests } from '../rendered/RenderedManifests';
import { SourceChanges } from '../sources/SourceChanges';
import { AnalysisGate } from './analysis/AnalysisGate';
import { ChecksGate } from './ChecksGate';
import { driftGate } from './driftGate';
import { Evidence } from './Evidence';
import { freezeGate } from './freezeGate';
import { HttpGate } from './HttpGate';
import { PolicyGate } from './policy/PolicyGate';
import { SyncWindowsGate } from './SyncWindowsGate';

const lookAgain = (context: GateContext) =>
  context.upstream.unhealthyReason ??
  `it is not known since when ${context.from} is healthy`;

/** The upstream runs the release, synced and healthy. */
export const healthGate: GateEvaluator = {
  kind: 'health',
  evaluate(context): Gate {
    const title = `Healthy in ${context.from}`;
    if (!context.upstream.healthySince) {
      return {
        kind: 'health',
        title,
        state: 'pending',
        reason: `Waits: ${lookAgain(context)}`,
      };
    }
    return {
      kind: 'health',
      title,
      state: 'passed',
      reason: `${
        context.from
      } runs this release synced and healthy since ${context.upstream.healthySince.toISOString()}`,
    };
  },
};

/** The upstream has run the release, healthy, for a while. */
export const soakGate: GateEvaluator = {
  kind: 'soak',
  evaluate(context): Gate {
    const duration = durationToMilliseconds(
      (context.config.duration ?? {}) as HumanDuration,
    );
    const gate = { kind: 'soak', title: `Soaked in ${context.from}` };
    if (!(duration > 0)) {
      return {
        ...gate,
        state: 'blocked',
        reason:
          "The gate has no 'duration', such as { minutes: 10 }; configure one",
      };
    }
    const { healthySince } = context.upstream;
    if (!healthySince)
      return {
        ...gate,
        state: 'pending',
        reason: `Waits: ${lookAgain(context)}`,
      };
    const opens = new Date(healthySince.getTime() + duration);
    if (opens > context.now) {
      const opensAt = opens.toISOString();
      return {
        ...gate,
        state: 'pending',
        reason: `Healthy in ${context.from} for too short a time`,
        opensAt,
      };
    }
    return {
      ...gate,
      state: 'passed',
      reason: `Healthy in ${context.from} since ${healthySince.toISOString()}`,
    };
  },
};

/** The hooks of the upstream's last sync succeeded. */
export const hooksGate: GateEvaluator = {
  kind: 'hooks',
  evaluate(context): Gate {
    const gate = { kind: 'hooks', title: `Hooks in ${context.from}` };
    const { hooks, healthySince, hooksUnknownOf } = context.upstream;
    const names = [context.config.names ?? []].flat().map(String);
    const failed = hooks.find(
      ({ phase }) => phase === 'Failed' || phase === 'Error',
    );
    if (failed) {
      const reason = `${failed.hookType} hook ${failed.name} failed${
        failed.message ? `: ${failed.message}` : ''
      }`;
      return { ...gate, state: 'blocked', reason };
    }
    const open = hooks.find(({ phase }) => phase !== 'Succeeded');
    if (open)
      return {
        ...gate,
        state: 'pending',
        reason: `${open.hookType} hook ${open.name} is ${open.phase}`,
      };
    if (!healthySince)
      return {
        ...gate,
        state: 'pending',
        reason: `Waits: ${lookAgain(context)}`,
      };
    if (hooksUnknownOf)
      return {
        ...gate,
        state: 'pending',
        reason: `The last operation of ${hooksUnknownOf} was no full sync, and Argo CD does not tell how the one before it ended; sync it once`,
      };
    const missing = names.find(name => !hooks.some(hook => hook.name === name));
    if (missing)
      return {
        ...gate,
        state: 'pending',
        reason: `The last sync did not run the hook ${missing}`,
      };
    const reason =
      hooks.length > 0
        ? `${hooks.length} succeeded`
        : 'The last sync ran no hooks';
    return { ...gate, state: 'passed', reason };
  },
};

/** Enough people agreed to this very plan. */
export const approvalGate: GateEvaluator = {
  kind: 'approval',
  evaluate({ approvals, approvalsRequired, approvers = [] }): Gate {
    const given = [...new Set(approvals.map(({ by }) => by))];
    const passed = given.length >= approvalsRequired;
    const by = given.length > 0 ? `, by ${given.join(', ')}` : '';
    const asked =
      !passed && approvers.length > 0
        ? `; asked of ${approvers.join(', ')}, not of who asked`
        : '';
    return {
      kind: 'approval',
      title: 'Approval',
      state: passed ? 'passed' : 'pending',
      reason: `${given.length} of ${approvalsRequired}${by}${asked}`,
    };
  },
};

/** Every kind that comes with the product. */
export function createBuiltinGates(options: {
  evidence: Evidence;
  argocd(instance: string): ArgocdClient | undefined;
  sources: Pick<SourceChanges, 'checks'>;
  manifests: Pick<RenderedManifests, 'get'>;
  deployments: Pick<DeploymentService, 'getApplication'>;
}): GateEvaluator[] {
  return [
    healthGate,
    soakGate,
    hooksGate,
    approvalGate,
    driftGate,
    freezeGate,
    new ChecksGate(options),
    new HttpGate(options),
    new SyncWindowsGate(options),
    new AnalysisGate(options),
    new PolicyGate(options),
  ];
}
