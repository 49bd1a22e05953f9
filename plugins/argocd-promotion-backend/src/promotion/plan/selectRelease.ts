import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import { Release } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Deployment, ResolvedPipeline } from '../../deployments/types';
import { upstreamFacts } from '../gates/upstreamFacts';
import { commonRelease, replacedRelease } from './release';

/** The deployment that would be written to. Throws when there is none, or when nothing proves that it is the entity's. */
export function selectTarget(
  pipeline: ResolvedPipeline,
  environment: string,
): Deployment {
  const unconfigured = pipeline.problems.find(
    ({ code }) => code === 'no-environments-configured',
  );
  if (unconfigured)
    throw new InputError(`${unconfigured.message} ${unconfigured.remedy}`);
  const target = pipeline.deployments.find(
    deployment => deployment.environment.name === environment,
  );
  if (!target) {
    const names = pipeline.deployments
      .map(deployment => deployment.environment.name)
      .join(', ');
    throw new NotFoundError(
      `There is no environment '${environment}' in the pipeline '${pipeline.pipeline.name}'; its environments are: ${names}`,
    );
  }
  if (target.applications.length === 0) {
    throw new InputError(
      `${
        pipeline.entityRef
      } has no Application in ${environment}; create one, or make 'environments[].match' fit it. Looked for: ${pipeline.lookedFor.join(
        ', ',
      )}`,
    );
  }
  const claimed = target.applications.find(
    ({ binding }) => binding.kind !== 'proof',
  );
  if (claimed) {
    throw new NotAllowedError(
      `Application ${claimed.application.metadata.name} is only claimed by ${
        pipeline.entityRef
      } (${claimed.binding.reason}), and a claim does not allow to write. ${
        claimed.binding.remedy ??
        'Label the Application with backstage.io/kubernetes-id'
      }`,
    );
  }
  return target;
}

/** The environment to promote from. */
export function selectUpstream(
  pipeline: ResolvedPipeline,
  target: Deployment,
  from: string | undefined,
): Deployment {
  const { name, promotesFrom } = target.environment;
  if (promotesFrom.length === 0) {
    throw new InputError(
      `Nothing is promoted into ${name}: it is the first environment. Set its 'promotesFrom' to change that`,
    );
  }
  const wanted = from ?? likeliestUpstream(pipeline, target);
  const upstream = pipeline.deployments.find(
    ({ environment }) => environment.name === wanted,
  );
  if (!promotesFrom.includes(wanted) || !upstream) {
    throw new InputError(
      `${name} is not promoted from '${wanted}' but from: ${promotesFrom.join(
        ', ',
      )}`,
    );
  }
  return upstream;
}

/** With `any` the first that runs, healthy, what the target does not; else the first: all others must run the same. */
function likeliestUpstream(
  pipeline: ResolvedPipeline,
  target: Deployment,
): string {
  const { promotesFrom, anyUpstream } = target.environment;
  if (!anyUpstream) return promotesFrom[0];
  const ready = promotesFrom.find(name => {
    const upstream = pipeline.deployments.find(
      ({ environment }) => environment.name === name,
    );
    if (!upstream?.release) return false;
    const release = commonRelease(upstream.release, target);
    return (
      (release.images.length > 0 || release.charts !== undefined) &&
      replacedRelease(release, target)?.id !== release.id &&
      upstreamFacts(upstream, release).healthySince !== undefined
    );
  });
  return ready ?? promotesFrom[0];
}

/** What runs upstream, of the images that the target knows too. */
export function selectRelease(
  upstream: Deployment,
  target: Deployment,
  wanted: string | undefined,
): Release {
  const from = upstream.environment.name;
  if (!upstream.release) {
    throw new ConflictError(
      `What runs in ${from} is not known: ${
        upstream.releaseUnknownReason ?? 'its digests were not read yet'
      }. Ask again when its Pods agree`,
    );
  }
  const unread = [...upstream.applications, ...target.applications].find(
    ({ images }) => images.some(({ source }) => source === 'spec'),
  );
  // Until then it is not known which images are those of hooks, which are not promoted.
  if (unread) {
    throw new ConflictError(
      `The Pods of ${unread.application.metadata.name} were not read yet; ask again in a moment. If this stays, Argo CD's account of this plugin may not see them`,
    );
  }
  const release = commonRelease(upstream.release, target);
  if (release.images.length === 0 && !release.charts) {
    const images = upstream.release.images
      .map(({ repository }) => repository)
      .join(', ');
    throw new InputError(
      `${target.environment.name} knows none of the images that run in ${from} (${images}); only images that both environments know are promoted`,
    );
  }
  if (
    wanted !== undefined &&
    wanted !== release.id &&
    wanted !== upstream.release.id
  ) {
    throw new ConflictError(
      `${from} does not run release ${wanted.slice(
        0,
        12,
      )} (any more) but ${release.id.slice(
        0,
        12,
      )}; read the pipeline again, or leave 'release' out`,
    );
  }
  return release;
}
