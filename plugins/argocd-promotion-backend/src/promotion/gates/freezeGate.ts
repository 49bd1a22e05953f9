import { Gate } from '@fairway/backstage-plugin-argocd-promotion-common';
import { GateEvaluator } from '@fairway/backstage-plugin-argocd-promotion-node';
import { freezeAt } from './freezeWindows';

/** Nothing is promoted while the calendar forbids it. */
export const freezeGate: GateEvaluator = {
  kind: 'freeze',
  evaluate({ config, environment, now }): Gate {
    const gate = { kind: 'freeze', title: 'No freeze' };
    const freeze = freezeAt(config, now);
    if (!freeze)
      return {
        ...gate,
        state: 'passed',
        reason: `No freeze holds in ${environment}`,
      };
    return {
      ...gate,
      state: 'pending',
      reason: `${environment} is frozen${
        freeze.reason ? `: ${freeze.reason}` : ''
      }`,
      opensAt: freeze.until.toISOString(),
    };
  },
};
