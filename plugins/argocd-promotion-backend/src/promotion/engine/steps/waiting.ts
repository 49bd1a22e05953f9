import { Gate, Hold } from '@fairway/backstage-plugin-argocd-promotion-common';
import { ownersOf } from '../../../permissions/ownersOf';
import { SYSTEM_PRINCIPAL } from '../../PromotionFactory';
import { holdOf } from '../../store/holds';
import {
  EngineContext,
  findDeployments,
  FoundDeployments,
  Step,
  timeInState,
  waitForMissing,
  words,
} from '../EngineContext';
import { depart } from './train';
import { StoredPromotion } from '../../types';

const gateWords = ({ title, reason, opensAt }: Gate) =>
  `${title}: ${reason}${opensAt ? ` (opens at ${opensAt})` : ''}`;

/** A hold that came after an automatic promotion keeps it too. */
const heldWords = ({ environment, heldBy, reason }: Hold) =>
  `${
    environment === undefined ? 'The entity' : environment
  } is held by ${heldBy}${
    reason ? ` (${reason})` : ''
  }, and this was promoted by itself: waits until the hold is lifted`;

/** What the gates of a promotion come to. */
interface Judgement {
  gates: Gate[];
  /** Those that keep it from being written. */
  closed: Gate[];
  /** Who has promoted past them, with this plan. */
  overriddenBy?: string;
  /** How many approvals were counted. */
  approvals: number;
}

const isOpen = ({ closed, overriddenBy }: Judgement) =>
  closed.length === 0 || overriddenBy !== undefined;

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
  const judged = await judge(promotion, found, context);
  const { gates, closed } = judged;
  if (isOpen(judged) && promotion.train)
    return depart(
      promotion,
      { gates, notes, approvals: judged.approvals },
      async member => {
        const its = await findDeployments(member, context);
        if ('missing' in its) return undefined;
        const other = await judge(member, its, context);
        return isOpen(other) ? other.approvals : undefined;
      },
      context,
    );
  const { overriddenBy } = judged;
  if (overriddenBy || (closed.length === 0 && !hold)) {
    const past =
      overriddenBy && (hold || closed.length > 0)
        ? `, past gates by the override of ${overriddenBy}`
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

async function judge(
  promotion: StoredPromotion,
  found: FoundDeployments,
  context: EngineContext,
): Promise<Judgement> {
  const { plan, requestedBy, upstreamRequester, override } = promotion;
  const approvals = (await context.approvals(promotion.id))
    .filter(
      // They were refused when they approved; nobody's own wish counts, however it got here.
      ({ planHash, by }) =>
        planHash === plan.hash &&
        by !== requestedBy &&
        by !== upstreamRequester,
    )
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
    requestedBy === SYSTEM_PRINCIPAL &&
    promotion.linkedTo?.relation === 'rollback';
  const closed = gates.filter(
    ({ state, kind }) => state !== 'passed' && !(agreed && kind === 'approval'),
  );
  return {
    gates,
    closed,
    approvals: approvals.length,
    ...(override?.planHash === plan.hash ? { overriddenBy: override.by } : {}),
  };
}

function nextLook(closed: Gate[], now: Date, left: number): number {
  const opens = closed
    .map(({ opensAt }) => Date.parse(opensAt ?? '') - now.getTime())
    .filter(ms => ms > 0);
  return Math.min(15_000, left + 1, ...opens);
}
