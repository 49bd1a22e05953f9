import { Gate } from '@fairway/backstage-plugin-argocd-promotion-common';
import { findDeployments, Step } from '../EngineContext';

/** Waits until every gate has passed. */
export const waiting: Step = async (promotion, context) => {
  const found = await findDeployments(promotion, context);
  if (!found) {
    return {
      patch: { message: 'Waits for Argo CD to tell what runs' },
      lookAgainInMs: 5_000,
    };
  }
  const approvals = (await context.approvals(promotion.id))
    .filter(({ planHash }) => planHash === promotion.plan.hash)
    .map(({ by, at }) => ({ by, at: new Date(at) }));
  const gates = await context.gates.evaluate({
    ...found,
    release: promotion.release,
    approvals,
  });
  const closed = gates.filter(({ state }) => state !== 'passed');
  if (closed.length === 0) {
    return {
      patch: { state: 'delivering', message: 'Writes to git', gates },
      lookAgainInMs: 0,
    };
  }
  return {
    patch: { message: message(closed), gates },
    lookAgainInMs: nextLook(closed, context.now()),
  };
};

function message(closed: Gate[]): string {
  return closed
    .map(
      ({ title, reason, opensAt }) =>
        `${title}: ${reason}${opensAt ? ` (opens at ${opensAt})` : ''}`,
    )
    .join('; ');
}

function nextLook(closed: Gate[], now: Date): number {
  const opens = closed
    .map(({ opensAt }) => Date.parse(opensAt ?? '') - now.getTime())
    .filter(ms => ms > 0);
  return Math.min(15_000, ...opens);
}
