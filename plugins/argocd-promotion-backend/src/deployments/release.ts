import { createHash } from 'node:crypto';
import {
  Release,
  ReleaseChart,
  ReleaseImage,
  RunningImage,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { agreedCharts, chartKey } from './charts';

/** The release of a set of images: named by what it holds, tags left aside. */
export function createRelease(
  images: ReleaseImage[],
  charts: ReleaseChart[] = [],
): Release {
  const sorted = [...images].sort((a, b) =>
    a.repository < b.repository ? -1 : Number(a.repository > b.repository),
  );
  const lines = sorted.map(
    ({ repository, digest }) => `${repository}@${digest}`,
  );
  const versions = [...charts].sort((a, b) =>
    chartKey(a) < chartKey(b) ? -1 : Number(chartKey(a) > chartKey(b)),
  );
  lines.push(
    ...versions.map(chart => `chart ${chartKey(chart)} ${chart.version}`),
  );
  return {
    id: createHash('sha256').update(lines.join('\n')).digest('hex'),
    images: sorted,
    ...(versions.length > 0 ? { charts: versions } : {}),
  };
}

export type ReleaseResult = { release: Release } | { reason: string };

/** The one release that these Applications run together; a reason when a digest is unknown or they disagree. */
export function releaseOf(
  applications: Array<{
    name: string;
    images: RunningImage[];
    charts?: ReleaseChart[];
  }>,
): ReleaseResult {
  const byRepository = new Map<string, ReleaseImage>();
  for (const { name, images } of applications) {
    for (const { repository, digest, tag, source, pods } of images) {
      if (!digest) {
        return {
          reason:
            pods && pods.others.length > 1
              ? `Pods of ${name} run different digests of ${repository}`
              : `the digest of ${repository} in ${name} is not known yet`,
        };
      }
      if (
        source === 'pod' &&
        pods &&
        pods.total > 0 &&
        pods.matching === 0 &&
        pods.others.length === 0
      ) {
        return { reason: `no Pod of ${name} has started ${repository} yet` };
      }
      const known = byRepository.get(repository);
      if (known && known.digest !== digest)
        return {
          reason: `Applications run different digests of ${repository}`,
        };
      byRepository.set(repository, {
        repository,
        digest,
        ...(tag ? { tag } : {}),
      });
    }
  }
  if (byRepository.size === 0) return { reason: 'no image is known' };
  return {
    release: createRelease(
      [...byRepository.values()],
      agreedCharts(applications.flatMap(({ charts = [] }) => charts)),
    ),
  };
}

/** Whether both run the same digests of the images that both know. Undefined when they share none. */
export function sameRelease(a: Release, b: Release): boolean | undefined {
  const shared = a.images.filter(image =>
    b.images.some(other => other.repository === image.repository),
  );
  const versions = (a.charts ?? []).flatMap(chart => {
    const other = (b.charts ?? []).find(
      candidate => chartKey(candidate) === chartKey(chart),
    );
    return other ? [other.version === chart.version] : [];
  });
  if (shared.length === 0 && versions.length === 0) return undefined;
  return (
    versions.every(Boolean) &&
    shared.every(
      image =>
        b.images.find(other => other.repository === image.repository)
          ?.digest === image.digest,
    )
  );
}
