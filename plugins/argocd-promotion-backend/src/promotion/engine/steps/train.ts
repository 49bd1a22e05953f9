import { InputError } from '@backstage/errors';
import { Gate, Plan } from '@fairway/backstage-plugin-argocd-promotion-common';
import { planHash } from '../../plan/planHash';
import { toFileEdit } from '../../plan/TrainPlanner';
import { repositoryKey } from '../../repositoryUrl';
import { DeliveryTarget, EngineNotes, StoredPromotion } from '../../types';
import {
  EngineContext,
  findDeployments,
  FoundDeployments,
  StepResult,
  waitForMissing,
} from '../EngineContext';
import { asLongAsGitTells } from '../asLongAsGitTells';
import { butWritten } from '../written';
import { Agreed, sameBlobs } from './agreed';

const READY = 'Its gates are open; waits for the others of its train';

const isTarget =
  (target: Pick<DeliveryTarget, 'repo' | 'branch'>) =>
  ({ repo, branch }: { repo: string; branch: string }) =>
    repositoryKey(repo) === repositoryKey(target.repo) &&
    branch === target.branch;

/**
 * The gates of one member are open. The first member that has not ended looks at those of all others at the same moment,
 * and lets all of them go in one transaction.
 */
export async function depart(
  promotion: StoredPromotion,
  {
    approvals,
    ...evidence
  }: {
    gates: Gate[];
    notes: EngineNotes;
    approvals: number;
  },
  /** How many approvals opened the gates of another member; undefined when they are closed. */
  approvalsOf: (member: StoredPromotion) => Promise<number | undefined>,
  context: EngineContext,
): Promise<StepResult> {
  const { id } = promotion.train!;
  const members = (await context.trains.members(id)).filter(
    ({ endedAt }) => !endedAt,
  );
  const [first, ...others] = members;
  const wait = (lookAgainInMs: number): StepResult => ({
    patch: { message: READY, ...evidence },
    lookAgainInMs,
  });
  if (first?.id !== promotion.id) {
    if (first && promotion.message !== READY) await context.wake([first.id]);
    return wait(15_000);
  }
  const judged = new Map([
    [first.id, { planHash: promotion.plan.hash, approvals }],
  ]);
  for (const other of others) {
    const counted = await approvalsOf(other);
    if (counted === undefined) return wait(15_000);
    judged.set(other.id, { planHash: other.plan.hash, approvals: counted });
  }
  // False: somebody has changed one of them in this very moment.
  if (!(await context.trains.depart(id, judged))) return wait(1_000);
  return { patch: {}, lookAgainInMs: 0, moved: members };
}

/** The promotions that are written to a repository and branch as one, in order: the first of them writes for all. */
export async function ridersOf(
  promotion: StoredPromotion,
  target: DeliveryTarget,
  context: EngineContext,
): Promise<StoredPromotion[]> {
  if (!promotion.train) return [promotion];
  const members = await context.trains.members(promotion.train.id);
  return members.filter(({ deliveries }) => deliveries.some(isTarget(target)));
}

/** What the first has written is the commit or pull request of all others too; their rows take it over. */
export function followWriter(
  writer: StoredPromotion,
  target: DeliveryTarget,
  done: (change: Partial<DeliveryTarget>) => StepResult,
): StepResult {
  const { commit, pullRequest } = writer.deliveries.find(isTarget(target))!;
  if (commit || pullRequest)
    return done({
      ...(commit ? { commit } : {}),
      ...(pullRequest ? { pullRequest } : {}),
    });
  if (writer.endedAt) {
    const message = `Promotion ${writer.id} was to write to ${target.repo} for all of its train, and has ended: ${writer.state}`;
    return { patch: { state: writer.state, message }, lookAgainInMs: 0 };
  }
  return {
    patch: { message: 'Waits for the commit of its train' },
    lookAgainInMs: 1_000,
  };
}

/** As for one promotion: on today's head, and only what was agreed to for each of them. */
export async function planTrainAgain(
  promotion: StoredPromotion,
  riders: StoredPromotion[],
  target: DeliveryTarget,
  context: EngineContext,
): Promise<StepResult | Agreed> {
  const found: FoundDeployments[] = [];
  for (const rider of riders) {
    const deployments = await findDeployments(rider, context);
    if ('missing' in deployments)
      return waitForMissing(promotion, deployments.missing, context);
    found.push(deployments);
  }
  const joint = await asLongAsGitTells(() =>
    context.trainPlanner.edits(
      riders.map(({ environment, release }, index) => ({
        entity: found[index].entity,
        environment,
        release,
      })),
    ),
  );
  const here = isTarget(target);
  const files = joint.files.filter(here);
  const commit = joint.base.find(here)?.commit;
  if (!commit)
    throw new InputError(
      `No Application reads ${target.repo} at ${target.branch} any more`,
    );
  const plans = new Map<string, Plan>();
  for (const [index, { id, plan }] of riders.entries()) {
    const { edits, changes } = joint.members[index];
    const now = edits.filter(here);
    // Somebody else has pinned the digests of this one already.
    if (now.length === 0 || sameBlobs(now, plan.edits.filter(here))) continue;
    if (JSON.stringify(changes) !== JSON.stringify(plan.changes)) {
      const message = `Git was changed by somebody else since this train was planned: it does not pin any more what was to be replaced. Look at the plan again and promote anew${butWritten(
        promotion,
      )}`;
      return { patch: { state: 'failed', message }, lookAgainInMs: 0 };
    }
    const kept = plan.edits.filter(edit => !here(edit));
    const changed = { ...plan, edits: [...kept, ...now.map(toFileEdit)] };
    plans.set(id, { ...changed, hash: planHash(changed) });
  }
  if (plans.size === 0) return { promotions: riders, files, commit };

  const overridden = riders.some(({ override }) => override);
  const back =
    overridden ||
    found.some(
      ({ target: { environment } }) => environment.approvals.required > 0,
    );
  const message = back
    ? `A touched file changed, so the plan is another and its ${
        overridden ? 'approvals and overrides' : 'approvals'
      } are void: look at it, and decide again`
    : 'A touched file changed; planned again with the same pins';
  const replanned = await context.trains.replan(promotion.train!.id, {
    plans,
    message,
    back,
  });
  if (replanned) return { patch: {}, lookAgainInMs: 0, moved: riders };
  return {
    patch: {
      state: 'failed',
      message:
        'A touched file changed, and its approvals are void; what the train has written elsewhere stays. Promote these anew',
    },
    lookAgainInMs: 0,
  };
}
