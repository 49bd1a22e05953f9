import {
  GitRepository,
  PullRequest,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { DeliveryTarget, StoredPromotion } from '../../types';
import { Step, timeInState, words } from '../EngineContext';
import { findOwnCommit } from '../ownCommit';

/** Waits until people have merged or closed the pull requests; asks the host less and less often. */
export const inReview: Step = async (promotion, context) => {
  const deliveries: DeliveryTarget[] = [];
  let open: PullRequest | undefined;
  let retargeted: PullRequest | undefined;
  for (const target of promotion.deliveries) {
    if (target.commit || !target.pullRequest) {
      deliveries.push(target);
      continue;
    }
    const repository = context.repository(target.repo);
    const pullRequest = await repository.getPullRequest(
      target.pullRequest.number,
    );
    if (pullRequest.state === 'closed') {
      const message = `Pull request #${pullRequest.number} was closed without being merged`;
      return { patch: { state: 'rejected', message }, lookAgainInMs: 0 };
    }
    const elsewhere = pullRequest.base !== target.branch;
    if (pullRequest.state === 'merged' && elsewhere) {
      const message = `Pull request #${pullRequest.number} was merged into ${pullRequest.base}, not into ${target.branch}, which Argo CD follows`;
      return { patch: { state: 'rejected', message }, lookAgainInMs: 0 };
    }
    if (pullRequest.state === 'open') {
      if (elsewhere) retargeted ??= pullRequest;
      open ??= pullRequest;
      deliveries.push(target);
      continue;
    }
    const sha =
      pullRequest.mergeCommit ??
      (await findMerged(promotion, target, repository));
    deliveries.push({
      ...target,
      pullRequest: {
        ...target.pullRequest,
        ...(pullRequest.mergedBy ? { mergedBy: pullRequest.mergedBy } : {}),
      },
      commit: { sha, url: repository.commitUrl(sha) },
    });
  }
  if (!open) {
    const message = 'Merged; waits for Argo CD';
    return {
      patch: { state: 'syncing', message, deliveries, notes: {} },
      lookAgainInMs: 0,
    };
  }
  if (timeInState(promotion, context.now()) > context.timeouts.review) {
    const message = `Pull request #${open.number} was not merged within ${words(
      context.timeouts.review,
    )} and is closed; promote again`;
    return {
      patch: { state: 'failed', message, deliveries },
      lookAgainInMs: 0,
    };
  }
  const polls = (promotion.notes.polls ?? 0) + 1;
  return {
    patch: {
      message: retargeted
        ? `Pull request #${retargeted.number} is pointed at ${retargeted.base}, which Argo CD does not follow: point it back, or close it`
        : `Waits for pull request #${open.number} to be merged${
            open.draft ? ', once it is no draft any more' : ''
          }`,
      deliveries,
      notes: { ...promotion.notes, polls },
    },
    lookAgainInMs: Math.min(30_000, 2_000 * 1.3 ** Math.min(polls, 20)),
  };
};

/** For hosts that do not tell what a squash or rebase became. */
async function findMerged(
  promotion: StoredPromotion,
  target: DeliveryTarget,
  repository: GitRepository,
) {
  const own = await findOwnCommit(promotion, repository, {
    ref: target.branch,
  });
  return own?.sha ?? repository.getBranchHead(target.branch);
}
