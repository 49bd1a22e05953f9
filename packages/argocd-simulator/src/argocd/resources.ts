import { RevisionError } from '../ports';
import { refOf, textAt } from '../cluster/objects';
import { differs, normalize } from '../engine/compare';
import { toldWindows, windowsOf } from '../engine/syncWindows';
import { destinationError, TargetError } from '../engine/targets';
import { Application, sourcesOf } from '../engine/types';
import { Session } from './accounts';
import { resourceActions } from './actions';
import { findApp } from './applications';
import { ApiError, NotFound } from './errors';
import { ApiRequest } from './http';
import { Instance } from './Instance';
import { Mask } from './secrets';

export function managedResources(
  instance: Instance,
  app: Application,
): unknown {
  const invalid = destinationError(app.spec);
  if (invalid)
    throw new ApiError(
      2,
      `error getting cached app managed resources: InvalidSpecError: ${invalid}`,
    );
  const mask = new Mask();
  // Hooks are no part of what is managed
  const managed = instance.controller
    .managed(app.metadata.name)
    .filter(item => !item.hook);
  const items = managed.map(item => {
    const ref = refOf(
      (item.target ?? item.live) as NonNullable<typeof item.live>,
    );
    const target = mask.manifest(item.target);
    const live = mask.manifest(item.live);
    const predicted = item.target ? item.predicted : undefined;
    const modified = !item.target || differs(item, app.spec);
    return {
      ...(ref.group ? { group: ref.group } : {}),
      kind: ref.kind,
      ...(ref.namespace ? { namespace: ref.namespace } : {}),
      name: ref.name,
      targetState: target,
      liveState: live,
      normalizedLiveState: mask.manifest(
        item.live && normalize(item.live, app.spec),
      ),
      predictedLiveState: mask.manifest(
        predicted && normalize(predicted, app.spec),
      ),
      ...(item.live
        ? { resourceVersion: textAt(item.live, 'metadata', 'resourceVersion') }
        : {}),
      ...(modified ? { modified: true } : {}),
    };
  });
  return items.length ? { items } : {};
}

/** The live object that a query names; it must be in the Application's tree. */
export function findResource(
  instance: Instance,
  app: Application,
  query: { get(name: string): string | null },
) {
  const wanted = {
    group: query.get('group') ?? '',
    kind: query.get('kind') ?? '',
    namespace: query.get('namespace') ?? '',
    name: query.get('resourceName') ?? '',
  };
  const found = instance.controller
    .treeObjects(app.metadata.name)
    .find(object => {
      const ref = refOf(object);
      return (
        ref.group === wanted.group &&
        ref.kind === wanted.kind &&
        ref.namespace === wanted.namespace &&
        ref.name === wanted.name
      );
    });
  if (!found) {
    throw new ApiError(
      3,
      `${wanted.kind} ${wanted.group} ${wanted.name} not found as part of application ${app.metadata.name}`,
    );
  }
  return found;
}

export function oneResource(
  instance: Instance,
  app: Application,
  query: URLSearchParams,
): unknown {
  return { manifest: new Mask().manifest(findResource(instance, app, query)) };
}

/** `revision` of a single source, or `revisions` with the `sourcePositions` (from 1) that they are of. */
function manifestRevisions(query: URLSearchParams): string[] | undefined {
  const revision = query.get('revision');
  const revisions = query.getAll('revisions');
  if (revisions.length === 0) return revision ? [revision] : undefined;
  const positions = query.getAll('sourcePositions').map(Number);
  const wanted: string[] = [];
  positions.forEach((position, i) => {
    wanted[position - 1] = revisions[i];
  });
  return wanted;
}

export async function manifests(
  instance: Instance,
  app: Application,
  query: URLSearchParams,
): Promise<unknown> {
  const invalid = destinationError(app.spec);
  if (invalid)
    throw new ApiError(
      2,
      `error getting application cluster config: error validating destination: ${invalid}`,
    );
  try {
    const target = await instance.targets.load(app, manifestRevisions(query));
    const mask = new Mask();
    return { manifests: target.objects.map(object => mask.manifest(object)) };
  } catch (error) {
    if (error instanceof TargetError) throw new ApiError(2, error.short);
    throw error;
  }
}

export async function revisionMetadata(
  instance: Instance,
  app: Application,
  revision: string,
  query: URLSearchParams,
): Promise<unknown> {
  const source = sourcesOf(app.spec)[Number(query.get('sourceIndex') ?? 0)];
  if (!source)
    throw new ApiError(3, `invalid source index ${query.get('sourceIndex')}`);
  try {
    const { author, date, message, tags } = await instance.git.getCommit(
      source.repoURL,
      revision,
    );
    return {
      author,
      date: date.replace(/\.\d+Z$/, 'Z'),
      ...(tags.length ? { tags } : {}),
      message: message.trimEnd(),
    };
  } catch (error) {
    if (error instanceof RevisionError || error instanceof Error)
      throw new ApiError(2, `error acquiring repo lock: ${error.message}`);
    throw error;
  }
}

/** Routes below one Application that only read. */
export async function readResource(
  instance: Instance,
  session: Session,
  name: string,
  rest: string[],
  request: ApiRequest,
): Promise<unknown> {
  const app = findApp(instance, session, name, request.query);
  switch (rest.join('/')) {
    case 'resource-tree':
      return instance.controller.tree(name);
    case 'managed-resources':
      return managedResources(instance, app);
    case 'resource':
      return oneResource(instance, app, request.query);
    case 'resource/actions':
      return resourceActions(instance, app, request.query);
    case 'manifests':
      return manifests(instance, app, request.query);
    case 'links':
      return {};
    case 'server-side-diff':
      return { modified: false };
    case 'syncwindows': {
      const project = instance.controller.project(app.spec.project);
      return toldWindows(windowsOf(app, project), instance.clock.now());
    }
    case 'events': {
      const items = instance.controller.events.of(name);
      return {
        metadata: { resourceVersion: instance.store.resourceVersion },
        items: items.length ? items : null,
      };
    }
    default:
      if (rest[0] === 'revisions' && rest[2] === 'metadata')
        return revisionMetadata(instance, app, rest[1], request.query);
      if (rest[0] === 'revisions' && rest[2] === 'chartdetails')
        throw new ApiError(2, `no chart found for application: ${name}`);
      throw new NotFound();
  }
}
