import { Gate, Hold } from '@fairway/backstage-plugin-argocd-promotion-common';
import { ownersOf } from '../../PromotionAccess';
import { SYSTEM_PRINCIPAL } from '../../PromotionFactory';
import { holdOf } from '../../store/holds';
import {
  findDeployments,
  Step,
  timeInState,
  waitForMissing,
  words,
} from '../EngineContext';

const gateWords = ({ title, reason, opensAt }: Gate) =>
  `${title}: ${reason}${opensAt ? ` (opens at ${opensAt})` : ''}`;

/** A hold that came after an automatic promotion keeps it too. */
const heldWords = ({ environment, heldBy, reason }: Hold) =>
  `${
    environment === undefined ? 'The entity' : environment
  } is held by ${heldBy}${
    reason ? ` (${reason})` : ''
  }, and this was promoted by itself: waits until the hold is lifted`;

/** Waits until every gate has passed. */
export const waiting: Step = async (promotion, context) => {
  const found = await findDeployments(promotion, context);
  if ('missing' in found)
    return waitForMissing(promotion, found.missing, context);
  const { missingSince: _, ...notes } = promotion.notes;
  const automatic =
    promotion.requestedBy === SYSTEM_PRINCIPAL && !promotion.linkedTo;
  const hold =
    automatic &&
    holdOf(
      await context.holds.list(promotion.entityRef),
      promotion.environment,
    );
  const approvals = (await context.approvals(promotion.id))
    .filter(({ planHash, by }) => {
      const { plan, requestedBy, upstreamRequester } = promotion;
      // They were refused when they approved; nobody's own wish counts, however it got here.
      return (
        planHash === plan.hash && by !== requestedBy && by !== upstreamRequester
      );
    })
    .map(({ by, at }) => ({ by, at: new Date(at) }));
  const gates = await context.gates.evaluate({
    ...found,
    deployments: found.pipeline.deployments,
    release: promotion.release,
    approvals,
    owners: ownersOf(found.entity),
  });
  // `onFailure: rollback` was agreed to when it was configured; nobody is asked while production is broken.
  const agreed =
    promotion.requestedBy === SYSTEM_PRINCIPAL &&
    promotion.linkedTo?.relation === 'rollback';
  const closed = gates.filter(
    ({ state, kind }) => state !== 'passed' && !(agreed && kind === 'approval'),
  );
  const { override, plan } = promotion;
  const overridden = override?.planHash === plan.hash;
  if ((closed.length === 0 && !hold) || overridden) {
    const past =
      overridden && (hold || closed.length > 0)
        ? `, past gates by the override of ${override.by}`
        : '';
    return {
      patch: {
        state: 'delivering',
        message: `Writes to git${past}`,
        gates,
        notes,
      },
      lookAgainInMs: 0,
    };
  }
  const text = [...(hold ? [heldWords(hold)] : []), ...closed.map(gateWords)];
  const message = text.join('; ');
  const limit = context.timeouts.gates;
  const left = limit - timeInState(promotion, context.now());
  if (left < 0) {
    const late = `${
      closed.length > 0 ? 'The gates did not open' : 'The hold was not lifted'
    } within ${words(limit)}: ${message}`;
    return {
      patch: { state: 'failed', message: late, gates, notes },
      lookAgainInMs: 0,
    };
  }
  return {
    patch: { message, gates, notes },
    lookAgainInMs: nextLook(closed, context.now(), left),
  };
};

function nextLook(closed: Gate[], now: Date, left: number): number {
  const opens = closed
    .map(({ opensAt }) => Date.parse(opensAt ?? '') - now.getTime())
    .filter(ms => ms > 0);
  return Math.min(15_000, left + 1, ...opens);
}
