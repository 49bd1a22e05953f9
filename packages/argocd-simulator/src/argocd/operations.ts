import { KubernetesObject, RenderError, RevisionError } from '../ports';
import { isRecord, textAt } from '../cluster/objects';
import { appRef, ARGOCD_NAMESPACE } from '../engine/Applications';
import { maySync, windowsOf } from '../engine/syncWindows';
import { revisionFields } from '../engine/targets';
import {
  Application,
  Operation,
  sourcesOf,
  SyncOperation,
} from '../engine/types';
import { Session } from './accounts';
import { findApp } from './applications';
import { ApiError } from './errors';
import { ApiRequest } from './http';
import { Instance, served } from './Instance';

function demandOpenWindow(instance: Instance, app: Application): void {
  const project = instance.controller.project(app.spec.project);
  if (!maySync(windowsOf(app, project), instance.clock.now(), true))
    throw new ApiError(7, 'cannot sync: blocked by sync window');
}

export async function syncApp(
  instance: Instance,
  session: Session,
  name: string,
  request: ApiRequest,
): Promise<unknown> {
  const body = isRecord(request.body) ? request.body : {};
  const app = findApp(instance, session, name, request.query, 'sync');
  demandOpenWindow(instance, app);
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
  demandOpenWindow(instance, app);
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
