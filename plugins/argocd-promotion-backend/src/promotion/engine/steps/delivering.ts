import { InputError, isError } from '@backstage/errors';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import { PullRequestConfig } from '../../../config/types';
import { planHash } from '../../plan/planHash';
import { DeliveryTarget, StoredPromotion } from '../../types';
import {
  EngineContext,
  environmentOf,
  Fence,
  findDeployments,
  Step,
  StepResult,
  timeInState,
  waitForMissing,
  words,
} from '../EngineContext';
import { UnknownTraceError } from '../afterError';
import { asLongAsGitTells } from '../asLongAsGitTells';
import { findOwnCommit } from '../ownCommit';
import { butWritten } from '../written';
import { commitMessage, pullRequestBranch, pullRequestText } from '../trailers';
import { Agreed, sameBlobs } from './agreed';
import { followWriter, planTrainAgain, ridersOf } from './train';

/** Writes one repository at a time. Each write is searched for before it is made. */
export const delivering: Step = async (promotion, context, fence) => {
  const index = promotion.deliveries.findIndex(
    ({ commit, pullRequest }) => !commit && !pullRequest,
  );
  if (index === -1) {
    const inReview = promotion.deliveries.some(({ commit }) => !commit);
    const patch = inReview
      ? ({
          state: 'in-review',
          message: `Waits for the pull request to be merged${refused(
            promotion,
          )}`,
        } as const)
      : ({
          state: 'syncing',
          message: 'Committed; waits for Argo CD',
        } as const);
    return { patch: { ...patch, notes: {} }, lookAgainInMs: 0 };
  }
  const target = promotion.deliveries[index];
  const repository = context.repository(target.repo);
  const { missingSince: _, ...notes } = promotion.notes;
  const done = (change: Partial<DeliveryTarget>): StepResult => ({
    patch: {
      deliveries: promotion.deliveries.with(index, { ...target, ...change }),
      notes,
    },
    lookAgainInMs: 0,
  });

  const riders = await ridersOf(promotion, target, context);
  if (riders[0].id !== promotion.id)
    return followWriter(riders[0], target, done);

  let trace;
  try {
    trace = await findTrace(promotion, target, repository);
  } catch (error) {
    // An earlier run may have written: as long as git does not tell, it is not true that nothing was.
    throw new UnknownTraceError(target.repo, error);
  }
  if (trace) return done(trace);
  if (timeInState(promotion, context.now()) > context.timeouts.delivery) {
    const message = `Could not be written to ${target.repo} within ${words(
      context.timeouts.delivery,
    )}: ${promotion.message}${butWritten(promotion)}`;
    return { patch: { state: 'failed', message }, lookAgainInMs: 0 };
  }

  const agreed = promotion.train
    ? await planTrainAgain(promotion, riders, target, context)
    : await planAgain(promotion, target, context);
  if ('patch' in agreed) return agreed;
  if (agreed.files.length === 0)
    return unchanged(promotion, done, agreed.commit, repository);
  try {
    const decoration = (await environmentOf(promotion, context))?.pullRequest;
    return done(await write(agreed, target, repository, fence, decoration));
  } catch (error) {
    if (!isError(error) || error.name !== 'NotAllowedError') throw error;
    // A branch that is protected stays so; a token that may not even read was revoked, and may be renewed.
    await asLongAsGitTells(() => repository.getBranchHead(target.branch));
    throw error;
  }
};

/** What an earlier run of this step left in git. */
async function findTrace(
  promotion: StoredPromotion,
  target: DeliveryTarget,
  repository: GitRepository,
): Promise<Partial<DeliveryTarget> | undefined> {
  if (promotion.delivery === 'pull-request') {
    const found = await repository.findPullRequest({
      base: target.branch,
      head: pullRequestBranch(promotion),
    });
    return (
      found && {
        pullRequest: {
          number: found.number,
          ...(found.url ? { url: found.url } : {}),
        },
      }
    );
  }
  const path = promotion.plan.edits.find(
    ({ repo, branch }) => repo === target.repo && branch === target.branch,
  )?.path;
  const own = await findOwnCommit(promotion, repository, {
    ref: target.branch,
    ...(path ? { path } : {}),
  });
  return (
    own && { commit: { sha: own.sha, url: repository.commitUrl(own.sha) } }
  );
}

/** Plans on today's head. Only what was agreed to is written: the same bytes, or the same change where nobody approved bytes. */
async function planAgain(
  promotion: StoredPromotion,
  target: DeliveryTarget,
  context: EngineContext,
): Promise<StepResult | Agreed> {
  const found = await findDeployments(promotion, context);
  if ('missing' in found)
    return waitForMissing(promotion, found.missing, context);
  const planned = await asLongAsGitTells(() =>
    context.planner.edits(
      found.entity,
      found.pipeline,
      found.target,
      promotion.release,
    ),
  );
  const here = <T extends { repo: string; branch: string }>(items: T[]) =>
    items.filter(
      ({ repo, branch }) => repo === target.repo && branch === target.branch,
    );
  const files = here(planned.edits);
  const commit = here(planned.base)[0]?.commit;
  if (!commit)
    throw new InputError(
      `No Application reads ${target.repo} at ${target.branch} any more`,
    );
  if (files.length === 0 || sameBlobs(files, here(promotion.plan.edits)))
    return { promotions: [promotion], files, commit };

  const others = promotion.plan.edits.filter(edit => !here([edit]).length);
  const edits = [
    ...others,
    ...files.map(
      ({ before: _b, after: _a, where: _w, applications: _n, ...edit }) => edit,
    ),
  ];
  const { changes, chartChanges } = planned;
  const plan = {
    ...promotion.plan,
    edits,
    changes,
    ...(chartChanges ? { chartChanges } : {}),
    hash: planHash({ ...promotion.plan, edits }),
  };
  const told = (
    of: Pick<StoredPromotion['plan'], 'changes' | 'chartChanges'>,
  ) => JSON.stringify([of.changes, of.chartChanges ?? []]);
  if (told(planned) !== told(promotion.plan)) {
    const message = `Git was changed by somebody else since this was planned: it does not pin any more what was to be replaced. Look at the plan again and promote anew${butWritten(
      promotion,
    )}`;
    return { patch: { state: 'failed', message }, lookAgainInMs: 0 };
  }
  if (found.target.environment.approvals.required > 0 || promotion.override) {
    const message = `A touched file changed, so the plan is another and its ${
      promotion.override ? 'approvals and override' : 'approvals'
    } are void: look at it, and decide again`;
    return { patch: { state: 'waiting', message, plan }, lookAgainInMs: 0 };
  }
  return {
    patch: {
      plan,
      message: 'A touched file changed; planned again with the same pins',
    },
    lookAgainInMs: 0,
  };
}

async function unchanged(
  promotion: StoredPromotion,
  done: (change: Partial<DeliveryTarget>) => StepResult,
  head: string,
  repository: GitRepository,
): Promise<StepResult> {
  const wrote = promotion.deliveries.length > 1 || promotion.train;
  // Of several repositories one may be pinned already: then its head is what Argo CD must have compared.
  if (wrote)
    return done({ commit: { sha: head, url: repository.commitUrl(head) } });
  return {
    patch: {
      state: 'unchanged',
      message: 'Somebody else has pinned these digests already',
    },
    lookAgainInMs: 0,
  };
}

/** One commit or pull request for all that go as one; the claim is that of the first of them. */
async function write(
  { promotions, files, commit: base }: Agreed,
  target: DeliveryTarget,
  repository: GitRepository,
  fence: Fence,
  decoration: PullRequestConfig | undefined,
): Promise<Partial<DeliveryTarget>> {
  const [promotion] = promotions;
  const commit = async (branch: string, at: string) => {
    await fence();
    return repository.commitFiles({
      branch,
      base: at,
      files: files.map(({ path, after, blobBefore }) => ({
        path,
        content: after,
        blobBefore,
      })),
      message: commitMessage(promotions),
      ...(promotion.author ? { author: promotion.author } : {}),
    });
  };
  if (promotion.delivery === 'commit') {
    const { sha } = await commit(target.branch, base);
    return { commit: { sha, url: repository.commitUrl(sha) } };
  }
  const branch = pullRequestBranch(promotion);
  await fence();
  if (!(await isOwnBranch(promotion, branch, repository))) {
    await repository.createBranch({ branch, commit: base });
    await commit(branch, base);
  }
  await fence();
  const { number, url, problems } = await repository.openPullRequest({
    base: target.branch,
    head: branch,
    ...pullRequestText(promotions),
    ...decoration,
  });
  return {
    pullRequest: {
      number,
      ...(url ? { url } : {}),
      ...(problems?.length ? { problems } : {}),
    },
  };
}

/** What the host did not take of what only decorates a pull request. */
function refused({ deliveries }: StoredPromotion): string {
  const problems = deliveries.flatMap(
    ({ pullRequest }) => pullRequest?.problems ?? [],
  );
  return problems.length > 0
    ? `. Without what the host refused: ${problems.join('; ')}`
    : '';
}

/**
 * True when the branch holds the commit already, below whatever reviewers have added. One that was made but not written to
 * yet is taken away, and made anew.
 */
async function isOwnBranch(
  promotion: StoredPromotion,
  branch: string,
  repository: GitRepository,
): Promise<boolean> {
  if (!(await repository.isBranch(branch))) return false;
  if (await findOwnCommit(promotion, repository, { ref: branch })) return true;
  await repository.deleteBranch(branch);
  return false;
}
