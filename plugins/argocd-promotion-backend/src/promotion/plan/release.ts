import {
  Release,
  ReleaseChart,
  ReleaseImage,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { agreedCharts, chartKey, chartsOf } from '../../deployments/charts';
import { createRelease } from '../../deployments/release';
import { Deployment } from '../../deployments/types';

const runningCharts = (target: Deployment) =>
  agreedCharts(
    target.applications.flatMap(({ application }) => chartsOf(application)),
  );

/** The part of a release that a deployment knows: what runs on one side only, such as a sidecar or another chart, stays out. */
export function commonRelease(release: Release, target: Deployment): Release {
  const known = new Set(
    target.applications.flatMap(({ images }) =>
      images.map(({ repository }) => repository),
    ),
  );
  const charts = new Set(runningCharts(target).map(chartKey));
  return createRelease(
    release.images.filter(({ repository }) => known.has(repository)),
    release.charts?.filter(chart => charts.has(chartKey(chart))),
  );
}

/** What the deployment runs of the artifacts of a release, where each of them is known. */
export function replacedRelease(
  release: Release,
  target: Deployment,
): Release | undefined {
  const running = new Map(
    target.applications.flatMap(({ images }) =>
      images.map(image => [image.repository, image] as const),
    ),
  );
  const images: ReleaseImage[] = [];
  for (const { repository } of release.images) {
    const image = running.get(repository);
    if (!image?.digest) return undefined;
    images.push({
      repository,
      digest: image.digest,
      ...(image.tag ? { tag: image.tag } : {}),
    });
  }
  const installed = runningCharts(target);
  const charts: ReleaseChart[] = [];
  for (const chart of release.charts ?? []) {
    const found = installed.find(other => chartKey(other) === chartKey(chart));
    if (!found) return undefined;
    charts.push(found);
  }
  return createRelease(images, charts);
}
