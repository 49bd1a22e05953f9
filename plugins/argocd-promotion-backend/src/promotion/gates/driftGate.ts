import { Gate } from '@fairway/backstage-plugin-argocd-promotion-common';
import { GateEvaluator } from '@fairway/backstage-plugin-argocd-promotion-node';

/** The target is as git says: a promotion would overwrite hand edits that somebody may need. */
export const driftGate: GateEvaluator = {
  kind: 'drift',
  evaluate({ environment, target }): Gate {
    const gate = { kind: 'drift', title: `No drift in ${environment}` };
    if (target.stale)
      return {
        ...gate,
        state: 'pending',
        reason: `What is known of ${environment} is old`,
      };
    const { differs, missing, extra } = target.drift;
    const total = differs + missing + extra;
    if (total === 0)
      return {
        ...gate,
        state: 'passed',
        reason: 'Every resource is as git says',
      };
    return {
      ...gate,
      state: 'pending',
      reason: `${total} ${
        total === 1 ? 'resource differs' : 'resources differ'
      } from git; sync ${environment}, or take the change into git`,
    };
  },
};
