import { ServerResponse } from 'http';
import { listAt } from '../cluster/objects';
import { appRef, ARGOCD_NAMESPACE } from '../engine/Applications';
import { Application, sourcesOf } from '../engine/types';
import { Session } from './accounts';
import { ApiError, denied } from './errors';
import { trimItem, trimJson } from './fields';
import { ApiRequest, sendJson } from './http';
import { Instance, served } from './Instance';
import { parseSelector } from './selector';

export function projectsAsked(query: URLSearchParams): string[] {
  return [...query.getAll('projects'), ...query.getAll('project')].filter(
    Boolean,
  );
}

/** The Applications that a query and the account's rights leave. */
export function visibleApps(
  instance: Instance,
  session: Session,
  query: URLSearchParams,
): (app: Application) => boolean {
  const projects = projectsAsked(query);
  const selector = parseSelector(query.get('selector') ?? '');
  const name = query.get('name');
  const repo = query.get('repo');
  const namespace = query.get('appNamespace');
  return app =>
    (!projects.length || projects.includes(app.spec.project)) &&
    (!name || app.metadata.name === name) &&
    (!namespace || app.metadata.namespace === namespace) &&
    (!repo || sourcesOf(app.spec).some(source => source.repoURL === repo)) &&
    selector(app.metadata.labels ?? {}) &&
    instance.accounts.can(
      session,
      'applications',
      'get',
      `${app.spec.project}/${app.metadata.name}`,
    );
}

/** Finds an Application, as Argo CD does: unknown and forbidden look alike unless the project is named. */
export function findApp(
  instance: Instance,
  session: Session,
  name: string,
  query: URLSearchParams,
  action = 'get',
): Application {
  const namespace = query.get('appNamespace') || ARGOCD_NAMESPACE;
  const project = query.get('project');
  const app = namespace === ARGOCD_NAMESPACE ? instance.app(name) : undefined;
  const { accounts } = instance;
  if (
    project &&
    accounts.can(session, 'applications', 'get', `${project}/${name}`) &&
    app?.spec.project !== project
  ) {
    throw new ApiError(5, `applications.argoproj.io "${name}" not found`);
  }
  if (
    !app ||
    !accounts.can(session, 'applications', 'get', `${app.spec.project}/${name}`)
  )
    throw denied();
  if (action !== 'get')
    accounts.demand(
      session,
      'applications',
      action,
      `${app.spec.project}/${name}`,
    );
  return app;
}

export function listApps(
  instance: Instance,
  session: Session,
  request: ApiRequest,
  response: ServerResponse,
): void {
  const visible = visibleApps(instance, session, request.query);
  const apps = instance.controller
    .apps()
    .filter(visible)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const fields = request.query.get('fields');
  const items = apps.map(app => {
    const bare = served(app, { health: false });
    return fields ? trimItem(bare as Application, fields) : bare;
  });
  sendJson(request.raw, response, {
    metadata: { resourceVersion: instance.store.resourceVersion },
    items: items.length ? items : null,
  });
}

export async function getApp(
  instance: Instance,
  session: Session,
  name: string,
  request: ApiRequest,
): Promise<unknown> {
  findApp(instance, session, name, request.query);
  if (request.query.get('refresh')) {
    await new Promise<void>(resolve => {
      const stop = instance.store.watch(({ object }) => {
        if (object.kind !== 'Application' || object.metadata.name !== name)
          return;
        if (object.metadata.annotations?.['argocd.argoproj.io/refresh']) return;
        stop();
        resolve();
      });
      instance.controller.refresh(name);
    });
  }
  const body = served(findApp(instance, session, name, request.query));
  const fields = request.query.get('fields');
  return fields ? trimJson(body, fields) : body;
}

export function deleteApp(
  instance: Instance,
  session: Session,
  name: string,
  query: URLSearchParams,
): unknown {
  findApp(instance, session, name, query, 'delete');
  const cascade = query.get('cascade') !== 'false';
  instance.store.change(appRef(name), draft => {
    const finalizers = listAt(draft, 'metadata', 'finalizers').filter(
      item => item !== 'resources-finalizer.argocd.argoproj.io',
    );
    const next = cascade
      ? [...finalizers, 'resources-finalizer.argocd.argoproj.io']
      : finalizers;
    if (next.length) draft.metadata.finalizers = next;
    else delete draft.metadata.finalizers;
  });
  instance.store.delete(appRef(name));
  return {};
}
