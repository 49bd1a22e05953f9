import {
  EnvironmentView,
  LastChange,
  PromotionSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { DeployedApplication } from './types';
import type { ViewContext } from './view';

type Commits = Pick<ViewContext, 'lastCommit' | 'ownCommit' | 'commitUrl'>;

/**
 * What changed an Application last. What git says of its own files goes before what Argo CD says: that is the newest
 * commit of the whole repository at the time of the sync, be it whose it may.
 */
export function lastChangeOf(
  deployed: DeployedApplication,
  context: Commits,
): LastChange | undefined {
  const own = context.ownCommit(deployed);
  if (own) {
    const { commit, repoURL, deployedAt } = own;
    const url = context.commitUrl(repoURL, commit.sha);
    return {
      revision: commit.sha,
      own: true,
      ...(deployedAt ? { deployedAt } : {}),
      ...(commit.author.name ? { author: commit.author.name } : {}),
      message: commit.message,
      committedAt: commit.committedAt,
      ...(url ? { url } : {}),
      ...promotionOf(commit.message),
    };
  }
  const synced = context.lastCommit(deployed);
  if (!synced) return undefined;
  const { revision, source, metadata, deployedAt } = synced;
  const url =
    source && !source.chart
      ? context.commitUrl(source.repoURL, revision)
      : undefined;
  const { message } = metadata ?? {};
  return {
    revision,
    // A chart's version is about the chart alone. A promotion names whose it is, but that may be a neighbour's.
    own: Boolean(source?.chart),
    ...(deployedAt ? { deployedAt } : {}),
    ...(metadata?.author
      ? { author: metadata.author.replace(/\s*<[^>]*>\s*$/, '') }
      : {}),
    ...(message ? { message } : {}),
    ...(metadata?.date ? { committedAt: metadata.date } : {}),
    ...(url ? { url } : {}),
    ...promotionOf(message),
  };
}

function promotionOf(
  message: string | undefined,
): Pick<LastChange, 'promotionId' | 'promotedBy'> {
  const promotionId = trailer(message, 'Promotion-Id');
  const promotedBy = trailer(message, 'Promoted-By');
  return {
    ...(promotionId ? { promotionId } : {}),
    ...(promotedBy ? { promotedBy } : {}),
  };
}

/**
 * The environment with what the record knows of the promotions that brought its last changes: who asked, who merged.
 * `promotions` are those into this environment, in any order.
 */
export function withPromotions<T extends Pick<EnvironmentView, 'applications'>>(
  environment: T,
  promotions: PromotionSummary[],
): T {
  return {
    ...environment,
    applications: environment.applications.map(application => {
      const change = application.lastChange;
      const found =
        change &&
        promotions.find(
          ({ id, commit }) =>
            id === change.promotionId || commit?.sha === change.revision,
        );
      if (!found) return application;
      const { id, requestedBy, pullRequest } = found;
      return {
        ...application,
        lastChange: {
          ...change,
          own: true,
          promotionId: id,
          promotedBy: requestedBy,
          ...(pullRequest?.mergedBy ? { mergedBy: pullRequest.mergedBy } : {}),
        },
      };
    }),
  };
}

/** Value of a trailer in the last paragraph of a commit message. */
export function trailer(
  message: string | undefined,
  name: string,
): string | undefined {
  const paragraphs = (message ?? '').trim().split(/\n\s*\n/);
  const line = paragraphs[paragraphs.length - 1]
    .split('\n')
    .find(text => text.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line?.slice(name.length + 1).trim() || undefined;
}
