import {
  Gate,
  Release,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Deployment } from '../../deployments/types';
import { upstreamFacts } from './upstreamFacts';

/**
 * `promotesFrom` with several environments: all of them must run the release healthy, or with `any` the one that it is
 * promoted from.
 */
export function upstreamGates(
  deployments: Deployment[],
  target: Deployment,
  upstream: Deployment,
  release: Release,
): Gate[] {
  const { promotesFrom, anyUpstream } = target.environment;
  if (promotesFrom.length < 2) return [];
  const wanted = anyUpstream ? [upstream.environment.name] : promotesFrom;
  return wanted.map((name): Gate => {
    const gate = { kind: 'upstream', title: `Verified in ${name}` };
    const deployment = [upstream, ...deployments].find(
      ({ environment }) => environment.name === name,
    );
    const facts = deployment && upstreamFacts(deployment, release);
    if (facts?.healthySince)
      return {
        ...gate,
        state: 'passed',
        reason: `${name} runs this release synced and healthy`,
      };
    const why =
      facts?.unhealthyReason ?? `it is not known since when ${name} is healthy`;
    return { ...gate, state: 'pending', reason: `Waits: ${why}` };
  });
}
