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

const TAKEN_BACK: ReadonlySet<StoredPromotionSummary['state']> = new Set([
  'failed',
  'rejected',
  'cancelled',
] as const);

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
  /** Those into the environment, newest first. */
  promotions: StoredPromotionSummary[];
}): AutomaticPromotion {
  const { pipeline, target, hold, promotions } = known;
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
  const active = promotions.find(({ endedAt }) => !endedAt);
  const same = ({ release: { id } }: StoredPromotionSummary) =>
    id === release.id;
  // A train is people's will, and to supersede one of it would stop all.
  if (active && (active.state !== 'waiting' || active.train || same(active)))
    return { waits: `A promotion is under way: ${active.message}` };
  // Also when a rollback came after it.
  const before = promotions.find(same);
  if (before && TAKEN_BACK.has(before.state))
    return {
      waits: `This release was promoted here before and ended as ${before.state}; promote it yourself to try it again`,
    };
  const { healthySince, unhealthyReason } = upstreamFacts(upstream, release);
  if (!healthySince)
    return {
      waits: unhealthyReason ?? `It is not known since when ${from} is healthy`,
    };
  return { upstream, release };
}
