import { Session } from './accounts';
import { runAction } from './actions';
import { deleteApp, findApp, getApp } from './applications';
import { listClusters } from './clusters';
import { createApp } from './createApplication';
import { ApiRequest } from './http';
import { Instance } from './Instance';
import { rollbackApp, syncApp, terminateApp } from './operations';
import {
  createProject,
  deleteProject,
  getProject,
  listProjects,
  updateProject,
} from './projects';
import { readResource } from './resources';
import { settings } from './settings';

async function answerApplication(
  instance: Instance,
  session: Session,
  request: ApiRequest,
  name: string | undefined,
  rest: string[],
): Promise<unknown> {
  const { method, query } = request;
  if (name === undefined)
    return method === 'POST'
      ? createApp(instance, session, request)
      : undefined;
  const action = `${method} ${rest.join('/')}`;
  if (action === 'GET ') return getApp(instance, session, name, request);
  if (action === 'DELETE ') return deleteApp(instance, session, name, query);
  if (action === 'POST sync') return syncApp(instance, session, name, request);
  if (action === 'POST rollback')
    return rollbackApp(instance, session, name, request);
  if (action === 'DELETE operation')
    return terminateApp(instance, session, name, query);
  if (action === 'POST resource/actions/v2') {
    return runAction(
      instance,
      session,
      findApp(instance, session, name, query),
      request.body,
    );
  }
  return method === 'GET'
    ? readResource(instance, session, name, rest, request)
    : undefined;
}

function answerAccount(
  instance: Instance,
  session: Session,
  request: ApiRequest,
  name: string | undefined,
  rest: string[],
): unknown {
  if (name === 'can-i')
    return {
      value: instance.accounts.can(
        session,
        rest[0],
        rest[1],
        rest.slice(2).join('/'),
      )
        ? 'yes'
        : 'no',
    };
  if (name === 'password' && request.method === 'PUT') {
    const body = request.body as {
      name?: string;
      currentPassword?: unknown;
      newPassword?: string;
    };
    instance.accounts.changePassword(
      body.name || session.account,
      body.currentPassword,
      body.newPassword ?? '',
    );
    return {};
  }
  return undefined;
}

/** What is answered below `/api/v1/<area>`; undefined where there is no such route. */
export async function answer(
  instance: Instance,
  url: string,
  request: ApiRequest,
  session: Session,
  area: string,
  name: string | undefined,
  rest: string[],
): Promise<unknown> {
  const { method } = request;
  switch (area) {
    case 'applications':
      return answerApplication(instance, session, request, name, rest);
    case 'projects':
      if (name === undefined)
        return method === 'POST'
          ? createProject(instance, session, request)
          : listProjects(instance, session);
      if (method === 'GET') return getProject(instance, session, name, rest);
      if (method === 'PUT')
        return updateProject(instance, session, name, request);
      return method === 'DELETE'
        ? deleteProject(instance, session, name)
        : undefined;
    case 'account':
      return answerAccount(instance, session, request, name, rest);
    case 'clusters':
      return listClusters(instance, session);
    case 'repositories':
      return { metadata: {}, items: null };
    case 'settings':
      return settings(url);
    default:
      return undefined;
  }
}
