import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import { DriftResourceKey } from '@fairway/backstage-plugin-argocd-promotion-common';
import { ArgocdClient } from '../argocd/ArgocdClient';
import { DeployedApplication } from '../deployments/types';
import { maySync } from '../promotion/gates/syncWindows';
import { resourceId } from './episodes/planEpisodes';
import { driftedResources } from './resources';

/**
 * Has Argo CD set the objects back to what git says, and nothing else: no hooks run, and the revision is the one that it
 * compared. Gives those that were asked for: what is as git says by now is left alone. What Argo CD would refuse is refused here in words that say what to do.
 */
export async function syncResources(options: {
  client: ArgocdClient | undefined;
  deployed: DeployedApplication;
  resources: DriftResourceKey[];
  /** Deletes objects that are no longer in git; without it such an object is refused. */
  prune: boolean;
  now: Date;
}): Promise<DriftResourceKey[]> {
  const { client, deployed, resources, prune, now } = options;
  const { application, instance, staleSince } = deployed;
  const { metadata, spec, status, operation } = application;
  const { namespace, name } = metadata;
  if (!client) throw new NotFoundError(`No instance ${instance}`);
  const drifted = new Map(
    driftedResources(application).map(resource => [
      resourceId(resource),
      resource,
    ]),
  );
  const wanted = resources.filter(resource =>
    drifted.has(resourceId(resource)),
  );
  if (wanted.length === 0) return [];
  if (staleSince)
    throw new ConflictError(
      `Argo CD '${instance}' has not answered since ${staleSince}; try again when it does`,
    );
  if (operation || status?.operationState?.phase === 'Running')
    throw new ConflictError(
      `An operation of ${name} is running; try again when it has ended`,
    );
  for (const resource of wanted) {
    const found = drifted.get(resourceId(resource));
    if (found?.difference === 'extra' && !prune)
      throw new InputError(
        `${resource.kind} ${resource.name} is no longer in git: a sync would delete it. Send 'prune: true' when that is wanted`,
      );
  }
  const { server, name: cluster, namespace: into } = spec.destination ?? {};
  const { allowed, opensAt, window } = maySync(
    await client.getSyncWindows(spec.project),
    {
      name,
      ...(into ? { namespace: into } : {}),
      clusters: [cluster, server].filter(
        (known): known is string => known !== undefined,
      ),
    },
    now,
  );
  if (!allowed && !window?.manualSync)
    throw new ConflictError(
      `A sync window of the AppProject ${spec.project} forbids syncs now${
        opensAt ? `, until ${opensAt.toISOString()}` : ''
      }`,
    );
  const { revision, revisions } = status?.sync ?? {};
  await client.sync(
    { namespace, name, project: spec.project },
    {
      ...(revisions?.length
        ? {
            revisions,
            sourcePositions: revisions.map((_, index) => index + 1),
          }
        : { revision }),
      prune,
      resources: wanted.map(resource => ({
        group: resource.group ?? '',
        kind: resource.kind,
        name: resource.name,
        ...(resource.namespace ? { namespace: resource.namespace } : {}),
      })),
    },
  );
  return wanted;
}
