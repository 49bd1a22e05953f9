import { isError } from '@backstage/errors';
import {
  Hold,
  Release,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Deployment, ResolvedPipeline } from '../deployments/types';
import { upstreamFacts } from './gates/upstreamFacts';
import { replacedRelease } from './plan/release';
import {
  selectRelease,
  selectTarget,
  selectUpstream,
} from './plan/selectRelease';
import { StoredPromotionSummary } from './types';

/** What `autoPromote` would promote now, or why nothing, in words for people. */
export type AutomaticPromotion =
  | { upstream: Deployment; release: Release; waits?: undefined }
  | { waits: string };

/**
 * Decides about one environment. What has failed or was taken back is not asked for again: that is for people. What is
 * being written or verified ends first; what waits is superseded by a newer release.
 */
export function automaticPromotion(known: {
  pipeline: ResolvedPipeline;
  target: Deployment;
  hold?: Hold;
  /** The active promotion into the environment, else the newest. */
  latest?: StoredPromotionSummary;
}): AutomaticPromotion {
  const { pipeline, target, hold, latest } = known;
  const { name, promotesFrom } = target.environment;
  if (promotesFrom.length === 0)
    return { waits: `${name} is the first environment` };
  let upstream: Deployment;
  let release: Release;
  try {
    selectTarget(pipeline, name);
    upstream = selectUpstream(pipeline, target, undefined);
    release = selectRelease(upstream, target, undefined);
  } catch (error) {
    return { waits: isError(error) ? error.message : String(error) };
  }
  const from = upstream.environment.name;
  if (replacedRelease(release, target)?.id === release.id)
    return { waits: `${name} runs what ${from} runs` };
  if (hold)
    return {
      waits: `Held by ${hold.heldBy} since ${hold.at}${
        hold.reason ? `: ${hold.reason}` : ''
      }`,
    };
  if (latest && !latest.endedAt) {
    if (latest.state !== 'waiting' || latest.release.id === release.id)
      return { waits: `A promotion is under way: ${latest.message}` };
  } else if (latest?.release.id === release.id && latest.state !== 'succeeded')
    return {
      waits: `This release was promoted here before and ended as ${latest.state}; promote it yourself to try it again`,
    };
  const { healthySince, unhealthyReason } = upstreamFacts(upstream, release);
  if (!healthySince)
    return {
      waits: unhealthyReason ?? `It is not known since when ${from} is healthy`,
    };
  return { upstream, release };
}
