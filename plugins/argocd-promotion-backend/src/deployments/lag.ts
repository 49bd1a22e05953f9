import {
  Lag,
  ReleaseImage,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { sameRelease } from './release';
import { Deployment } from './types';
import type { ViewContext } from './view';

type Sightings = Pick<ViewContext, 'sightings'>;

/** How far behind its first upstream that runs something else. */
export function lagOf(
  deployment: Deployment,
  all: Deployment[],
  context: Sightings,
): Lag | undefined {
  const { release } = deployment;
  for (const from of deployment.environment.promotesFrom) {
    const upstream = all.find(({ environment }) => environment.name === from);
    if (!upstream?.release || !release) continue;
    if (sameRelease(upstream.release, release) !== false) continue;
    const behind = upstream.release.images.flatMap(image => {
      const here = release.images.find(
        ({ repository }) => repository === image.repository,
      );
      return here && here.digest !== image.digest ? [here] : [];
    });
    const since = beganAt(upstream, behind, context);
    const releases = releasesAfter(upstream, behind, context);
    return {
      from,
      ...(releases ? { releases } : {}),
      ...(since ? { since } : {}),
    };
  }
  return undefined;
}

/** When the environment began to run what it runs; absent unless that is known of each of its images. */
export function sinceOf(
  deployment: Deployment,
  context: Sightings,
): string | undefined {
  return beganAt(deployment, deployment.release?.images ?? [], context);
}

function beganAt(
  deployment: Deployment,
  images: ReleaseImage[],
  context: Sightings,
): string | undefined {
  const times = images.flatMap(({ repository }) =>
    sightingsOf(deployment, repository, context).map(
      sightings => sightings[sightings.length - 1].since,
    ),
  );
  if (times.length === 0) return undefined;
  const known = times.flatMap(time => (time ? [time] : []));
  // Before all of it ran, the release did not run.
  return known.length === times.length
    ? known.sort((a, b) => Date.parse(b) - Date.parse(a))[0]
    : undefined;
}

/** How many upstream had since what runs here; undefined when it was not seen to run there. */
function releasesAfter(
  upstream: Deployment,
  behind: ReleaseImage[],
  context: Sightings,
): number | undefined {
  const counts = behind.map(({ repository, digest }) => {
    const perApplication = sightingsOf(upstream, repository, context).map(
      sightings => {
        const digests = sightings.map(sighting => sighting.digest);
        const at = digests.lastIndexOf(digest);
        return at < 0 ? 0 : digests.length - 1 - at;
      },
    );
    return perApplication.length > 0 ? Math.min(...perApplication) : 0;
  });
  return counts.length > 0 && !counts.includes(0)
    ? Math.max(...counts)
    : undefined;
}

function sightingsOf(
  { applications }: Deployment,
  repository: string,
  context: Sightings,
) {
  return applications
    .filter(({ images }) =>
      images.some(image => image.repository === repository),
    )
    .map(application => context.sightings(application, repository))
    .filter(sightings => sightings.length > 0);
}
