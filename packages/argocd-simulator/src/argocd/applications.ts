import { ServerResponse } from 'http';
import { KubernetesObject, RenderError, RevisionError } from '../ports';
import { isRecord, listAt, textAt } from '../cluster/objects';
import { appRef, ARGOCD_NAMESPACE } from '../engine/Controller';
import {
  destinationError,
  projectErrors,
  revisionFields,
  TargetError,
} from '../engine/targets';
import {
  Application,
  Operation,
  sourcesOf,
  SyncOperation,
} from '../engine/types';
import { Session } from './accounts';
import { ApiError, denied } from './errors';
import { trimItem, trimJson } from './fields';
import { ApiRequest, sendJson } from './http';
import { Instance, served, specText } from './Instance';
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

export async function createApp(
  instance: Instance,
  session: Session,
  request: ApiRequest,
): Promise<unknown> {
  const body = request.body as KubernetesObject;
  const name = textAt(body, 'metadata', 'name') ?? '';
  const app = body as Application;
  const project = textAt(app, 'spec', 'project') || 'default';
  instance.accounts.demand(
    session,
    'applications',
    'create',
    `${project}/${name}`,
  );
  const wanted = instance.controller.project(project);
  if (!wanted)
    throw new ApiError(
      3,
      `app is not allowed in project "${project}", or the project does not exist`,
    );
  const invalid = (message: string) =>
    new ApiError(
      3,
      `application spec for ${name} is invalid: InvalidSpecError: ${message}`,
    );
  const existing = instance.app(name);
  const upsert = request.query.get('upsert') === 'true';
  if (existing) {
    if (specText(existing) === specText(app)) return served(existing);
    if (!upsert)
      throw new ApiError(
        3,
        'existing application spec is different, use upsert flag to force update',
      );
  }
  const errors = [
    ...[destinationError(app.spec)].filter((text): text is string =>
      Boolean(text),
    ),
    ...projectErrors(app.spec, wanted),
  ];
  if (errors.length) throw invalid(errors[0]);
  if (request.query.get('validate') !== 'false') {
    try {
      await instance.targets.load(app);
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      const path = sourcesOf(app.spec)[0]?.path;
      throw invalid(
        `Unable to generate manifests in ${path}: rpc error: code = Unknown desc = ${error.short}`,
      );
    }
  }
  if (existing) {
    const changed = instance.store.change(appRef(name), draft => {
      draft.spec = app.spec;
      draft.metadata.labels = app.metadata.labels ?? draft.metadata.labels;
    });
    return served(changed ?? existing);
  }
  return served(instance.create('Application', app));
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

export async function syncApp(
  instance: Instance,
  session: Session,
  name: string,
  request: ApiRequest,
): Promise<unknown> {
  const body = isRecord(request.body) ? request.body : {};
  const app = findApp(instance, session, name, request.query, 'sync');
  const tracked = sourcesOf(app.spec).map(
    source => source.targetRevision ?? 'HEAD',
  );
  const asked = textAt(body, 'revision') || undefined;
  const automated = app.spec.syncPolicy?.automated;
  if (
    automated &&
    automated.enabled !== false &&
    asked &&
    asked !== tracked[0] &&
    body.dryRun !== true
  ) {
    const at = await instance.git
      .resolveRevision(sourcesOf(app.spec)[0].repoURL, tracked[0])
      .catch(() => undefined);
    if (asked !== at)
      throw new ApiError(
        9,
        `Cannot sync to ${asked}: auto-sync currently set to ${tracked[0]}`,
      );
  }
  if (app.operation)
    throw new ApiError(9, 'another operation is already in progress');
  const revisions: string[] = [];
  for (const [index, source] of sourcesOf(app.spec).entries()) {
    try {
      revisions.push(
        await instance.git.resolveRevision(
          source.repoURL,
          (index === 0 && asked) || tracked[index],
        ),
      );
    } catch (error) {
      if (error instanceof RevisionError || error instanceof RenderError)
        throw new ApiError(9, error.message);
      throw error;
    }
  }
  const sync: SyncOperation = {
    ...(app.spec.sources?.length ? {} : { revision: revisions[0] }),
    ...(body.prune === true ? { prune: true } : {}),
    ...(body.dryRun === true ? { dryRun: true } : {}),
    ...(isRecord(body.strategy)
      ? {
          syncStrategy: isRecord(body.strategy.hook)
            ? { hook: {} }
            : body.strategy,
        }
      : {}),
    ...(Array.isArray(body.resources)
      ? { resources: body.resources as SyncOperation['resources'] }
      : {}),
    ...(app.spec.source ? { source: app.spec.source } : {}),
    ...(app.spec.syncPolicy?.syncOptions
      ? { syncOptions: app.spec.syncPolicy.syncOptions }
      : {}),
    ...(app.spec.sources?.length
      ? { sources: app.spec.sources, ...revisionFields(app.spec, revisions) }
      : {}),
  };
  return setOperation(instance, session, app, {
    sync,
    initiatedBy: { username: session.account },
    retry: isRecord(body.retryStrategy) ? body.retryStrategy : {},
  });
}

function setOperation(
  instance: Instance,
  session: Session,
  app: Application,
  operation: Operation,
): unknown {
  let first: KubernetesObject | undefined;
  // The answer shows the Application just after the request, before the controller has touched it
  const stop = instance.store.watch(({ object }) => {
    if (
      !first &&
      object.kind === 'Application' &&
      object.metadata.name === app.metadata.name
    )
      first = object;
  });
  const changed = instance.store.change(appRef(app.metadata.name), draft => {
    (draft as Application).operation = operation;
    delete (draft as Application).status?.operationState;
  });
  stop();
  const shown = served((first ?? changed ?? app) as KubernetesObject, {
    health: false,
  });
  instance.controller.events.record(
    app,
    'OperationStarted',
    `${session.account} initiated sync to ${operation.sync.revision ?? ''}`,
  );
  return shown;
}

export function rollbackApp(
  instance: Instance,
  session: Session,
  name: string,
  request: ApiRequest,
): unknown {
  const body = isRecord(request.body) ? request.body : {};
  const app = findApp(instance, session, name, request.query, 'sync');
  if (
    app.spec.syncPolicy?.automated &&
    app.spec.syncPolicy.automated.enabled !== false
  ) {
    throw new ApiError(
      9,
      'rollback cannot be initiated when auto-sync is enabled',
    );
  }
  const id = Number(body.id ?? 0);
  const entry = app.status?.history?.find(item => item.id === id);
  if (!entry)
    throw new ApiError(
      3,
      `application ${ARGOCD_NAMESPACE}/${name} does not have deployment with id ${id}`,
    );
  if (app.operation)
    throw new ApiError(9, 'another operation is already in progress');
  return setOperation(instance, session, app, {
    sync: {
      ...(entry.revision ? { revision: entry.revision } : {}),
      ...(body.prune === true ? { prune: true } : {}),
      syncStrategy: { apply: {} },
      source: entry.source,
      ...(entry.sources
        ? { sources: entry.sources, revisions: entry.revisions }
        : {}),
      ...(app.spec.syncPolicy?.syncOptions
        ? { syncOptions: app.spec.syncPolicy.syncOptions }
        : {}),
    },
    initiatedBy: { username: session.account },
    retry: {},
  });
}

export function terminateApp(
  instance: Instance,
  session: Session,
  name: string,
  query: URLSearchParams,
): unknown {
  findApp(instance, session, name, query, 'sync');
  instance.store.change(appRef(name), draft => {
    const app = draft as Application;
    if (app.operation && app.status?.operationState)
      app.status.operationState.phase = 'Terminating';
  });
  return {};
}
