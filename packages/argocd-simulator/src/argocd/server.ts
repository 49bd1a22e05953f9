import { IncomingMessage, ServerResponse } from 'http';
import { StoreEvent } from '../cluster/ObjectStore';
import { Application } from '../engine/types';
import { Fault, Faults, matches } from '../faults/Faults';
import { Session } from './accounts';
import {
  createApp,
  deleteApp,
  findApp,
  getApp,
  listApps,
  rollbackApp,
  syncApp,
  terminateApp,
  visibleApps,
} from './applications';
import { listClusters } from './clusters';
import { ApiError, NotFound } from './errors';
import { trimJson } from './fields';
import {
  ApiRequest,
  EventStream,
  listen,
  Listening,
  openStream,
  parseBody,
  readBody,
  send,
  sendError,
  sendJson,
  sendPlain,
  sendStreamError,
} from './http';
import { Instance, served } from './Instance';
import { podLogs } from './logs';
import {
  createProject,
  deleteProject,
  getProject,
  listProjects,
  updateProject,
} from './projects';
import { readResource, runAction } from './resources';

/** A request that the API saw, for assertions. */
export interface LoggedRequest {
  method: string;
  path: string;
  query: string;
  account?: string;
  status: number;
  at: number;
}

const KINDS: Fault['kind'][] = [
  'latency',
  'hang',
  'reset',
  'status',
  'html',
  'expired-token',
];

/** Serves one instance's API. */
export class ArgoServer {
  requests: LoggedRequest[] = [];
  private readonly streams = new Map<EventStream, string>();
  private listening?: Listening;

  constructor(
    private readonly instance: Instance,
    private readonly faults: Faults,
  ) {
    faults.onSet(fault => {
      if (
        fault.kind !== 'cut-stream' ||
        fault.target !== 'argocd' ||
        (fault.instance && fault.instance !== instance.name)
      )
        return;
      for (const [stream, path] of this.streams)
        if (matches(fault, path)) stream.end();
    });
  }

  get url(): string {
    return this.listening?.url ?? '';
  }

  async start(port?: number): Promise<void> {
    this.listening = await listen(
      (request, response) => this.handle(request, response),
      port,
    );
  }

  async close(): Promise<void> {
    for (const stream of this.streams.keys()) stream.end();
    await this.listening?.close();
  }

  private async handle(
    raw: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const [path, search = ''] = (raw.url ?? '/').split(/\?(.*)/s);
    const method = raw.method ?? 'GET';
    const entry: LoggedRequest = {
      method,
      path,
      query: search,
      status: 0,
      at: this.instance.clock.now(),
    };
    this.requests.push(entry);
    response.once('close', () => {
      entry.status = response.statusCode;
    });
    const fault = this.faults.take('argocd', path, {
      instance: this.instance.name,
      kinds: KINDS,
    });
    if (fault && (await this.trouble(fault, raw, response))) return;
    if (path.includes('//')) {
      const location = path.replace(/\/+/g, '/') + (search ? `?${search}` : '');
      send(
        raw,
        response,
        307,
        `<a href="${location}">Temporary Redirect</a>.\n\n`,
        { 'content-type': 'text/html; charset=utf-8', location },
        false,
      );
      return;
    }
    if (
      method !== 'GET' &&
      !String(raw.headers['content-type'] ?? '').startsWith('application/json')
    ) {
      sendPlain(raw, response, 415, 'Invalid content type\n', false);
      return;
    }
    const streaming = path.startsWith('/api/v1/stream/');
    try {
      const segments = path.split('/').slice(1).map(decodeURIComponent);
      const request: ApiRequest = {
        method,
        path,
        query: new URLSearchParams(search),
        body: parseBody(await readBody(raw)),
        raw,
      };
      if (path === '/api/version') {
        sendJson(raw, response, { Version: 'v3.6.0+unknown' });
        return;
      }
      if (
        segments[0] !== 'api' ||
        segments[1] !== 'v1' ||
        segments.some(segment => segment.includes('/'))
      )
        throw new NotFound();
      const token = tokenOf(raw);
      if (segments[2] === 'session') {
        this.session(request, segments.slice(3), token, response);
        return;
      }
      const session = this.instance.accounts.authenticate(token);
      if (!session) throw new ApiError(16, 'no session information');
      entry.account = session.account;
      if (streaming) this.stream(request, session, segments.slice(3), response);
      else await this.route(request, session, segments.slice(2), response);
    } catch (error) {
      if (error instanceof NotFound)
        sendPlain(raw, response, 404, 'Not Found\n', true);
      else {
        const known =
          error instanceof ApiError
            ? error
            : new ApiError(
                2,
                error instanceof Error ? error.message : String(error),
              );
        if (streaming) sendStreamError(response, known);
        else sendError(raw, response, known);
      }
    }
  }

  private async trouble(
    fault: Fault,
    raw: IncomingMessage,
    response: ServerResponse,
  ): Promise<boolean> {
    switch (fault.kind) {
      case 'latency':
        await new Promise(resolve => setTimeout(resolve, fault.ms ?? 1_000));
        return false;
      case 'hang':
        return true;
      case 'reset':
        raw.socket.resetAndDestroy();
        return true;
      case 'expired-token':
        sendError(
          raw,
          response,
          new ApiError(
            16,
            'invalid session: token has invalid claims: token is expired',
          ),
        );
        return true;
      case 'html':
        send(
          raw,
          response,
          fault.status ?? 502,
          '<html><body><h1>Bad Gateway</h1></body></html>',
          { 'content-type': 'text/html' },
        );
        return true;
      default: {
        const error = {
          error: 'simulated failure',
          code: 14,
          message: 'simulated failure',
        };
        send(raw, response, fault.status ?? 503, JSON.stringify(error), {
          'content-type': 'application/json',
        });
        return true;
      }
    }
  }

  private session(
    request: ApiRequest,
    rest: string[],
    token: string | undefined,
    response: ServerResponse,
  ): void {
    const { accounts } = this.instance;
    if (request.method === 'POST' && rest.length === 0) {
      const body = request.body as { username?: unknown; password?: unknown };
      const made = accounts.login(body.username, body.password);
      sendJson(
        request.raw,
        response,
        { token: made },
        {
          'set-cookie': `argocd.token=${made}; path=/; SameSite=lax; httpOnly`,
        },
      );
      return;
    }
    if (rest[0] === 'userinfo') {
      let session: Session | undefined;
      try {
        session = accounts.authenticate(token);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
      }
      sendJson(
        request.raw,
        response,
        session
          ? { loggedIn: true, username: session.account, iss: 'argocd' }
          : {},
      );
      return;
    }
    if (request.method === 'DELETE') {
      sendJson(request.raw, response, {});
      return;
    }
    throw new NotFound();
  }

  private async route(
    request: ApiRequest,
    session: Session,
    [area, name, ...rest]: string[],
    response: ServerResponse,
  ): Promise<void> {
    if (
      area === 'applications' &&
      name === undefined &&
      request.method === 'GET'
    ) {
      listApps(this.instance, session, request, response);
      return;
    }
    if (
      area === 'applications' &&
      name !== undefined &&
      rest.join('/') === 'logs' &&
      request.method === 'GET'
    ) {
      const app = findApp(this.instance, session, name, request.query);
      const lines = podLogs(this.instance, session, app, request.query);
      send(request.raw, response, 200, lines, {
        'content-type': 'application/json',
      });
      return;
    }
    const answer = await this.answer(request, session, area, name, rest);
    if (answer === undefined) throw new NotFound();
    sendJson(request.raw, response, answer);
  }

  private async answer(
    request: ApiRequest,
    session: Session,
    area: string,
    name: string | undefined,
    rest: string[],
  ): Promise<unknown> {
    const { instance } = this;
    const { method, query } = request;
    switch (area) {
      case 'applications': {
        if (name === undefined)
          return method === 'POST'
            ? createApp(instance, session, request)
            : undefined;
        const action = `${method} ${rest.join('/')}`;
        if (action === 'GET ') return getApp(instance, session, name, request);
        if (action === 'DELETE ')
          return deleteApp(instance, session, name, query);
        if (action === 'POST sync')
          return syncApp(instance, session, name, request);
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
        if (name === 'password' && method === 'PUT') {
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
      case 'clusters':
        return listClusters(instance, session);
      case 'repositories':
        return { metadata: {}, items: null };
      case 'settings':
        return {
          url: this.url,
          appLabelKey: 'app.kubernetes.io/instance',
          help: {},
          passwordPattern: '^.{8,32}$',
          trackingMethod: 'annotation',
          controllerNamespace: 'argocd',
          syncWithReplaceAllowed: true,
          resourceViewEnabled: true,
        };
      default:
        return undefined;
    }
  }

  private stream(
    request: ApiRequest,
    session: Session,
    [area, name, what]: string[],
    response: ServerResponse,
  ): void {
    if (area !== 'applications') throw new NotFound();
    const { instance } = this;
    const fields = request.query.get('fields');
    const shape = (message: unknown) =>
      fields
        ? (trimJson({ result: message }, fields) as { result: unknown }).result
        : message;
    const open = () => {
      const stream = openStream(request.raw, response);
      this.streams.set(stream, request.path);
      return stream;
    };
    let stop: () => void;
    let stream: EventStream;
    if (name !== undefined) {
      if (what !== 'resource-tree') throw new NotFound();
      findApp(instance, session, name, request.query);
      stream = open();
      let last = JSON.stringify(instance.controller.tree(name));
      stop = instance.controller.onTree(changed => {
        const tree =
          changed === name ? instance.controller.tree(name) : undefined;
        const text = JSON.stringify(tree);
        if (!tree || text === last) return;
        last = text;
        stream.send(shape(tree));
      });
    } else {
      const visible = visibleApps(instance, session, request.query);
      stream = open();
      const since = Number(request.query.get('resourceVersion') || 0);
      let held: unknown;
      const tell = (type: StoreEvent['type'], app: Application) => {
        const message = shape({ type, application: served(app) });
        const kind = this.faults.take('argocd', request.path, {
          instance: instance.name,
          kinds: ['drop-events', 'reorder-events'],
        })?.kind;
        if (kind === 'drop-events') return;
        if (kind === 'reorder-events' && held === undefined) {
          held = message;
          return;
        }
        stream.send(message);
        if (held !== undefined) stream.send(held);
        held = undefined;
      };
      if (!since || request.query.get('name')) {
        const apps = instance.controller
          .apps()
          .filter(visible)
          .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
        for (const app of apps) tell('ADDED', app);
      }
      stop = instance.store.watch(({ type, object }) => {
        if (
          object.kind !== 'Application' ||
          Number(object.metadata.resourceVersion) <= since
        )
          return;
        const app = object as Application;
        if (visible(app)) tell(type, app);
      });
    }
    response.once('close', () => {
      stop();
      this.streams.delete(stream);
    });
  }
}

function tokenOf(request: IncomingMessage): string | undefined {
  const header = String(request.headers.authorization ?? '');
  if (header.startsWith('Bearer ')) return header.slice(7);
  return /(?:^|;\s*)argocd\.token=([^;]+)/.exec(
    String(request.headers.cookie ?? ''),
  )?.[1];
}
