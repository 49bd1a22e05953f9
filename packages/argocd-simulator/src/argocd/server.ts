import { IncomingMessage, ServerResponse } from 'http';
import { Faults } from '../faults/Faults';
import { Session } from './accounts';
import { findApp, listApps } from './applications';
import { ApiError, NotFound } from './errors';
import {
  ApiRequest,
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
import { Instance } from './Instance';
import { logs } from './logs';
import { answer } from './routes';
import { answerSession, tokenOf } from './sessions';
import { Streams } from './streams';
import { ANSWER_FAULTS, trouble } from './trouble';

/** A request that the API saw, for assertions. */
export interface LoggedRequest {
  method: string;
  path: string;
  query: string;
  account?: string;
  status: number;
  at: number;
}

/** Serves one instance's API. */
export class ArgoServer {
  requests: LoggedRequest[] = [];
  private readonly streams: Streams;
  private listening?: Listening;

  constructor(
    private readonly instance: Instance,
    private readonly faults: Faults,
  ) {
    this.streams = new Streams(instance, faults);
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
    this.streams.close();
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
      kinds: ANSWER_FAULTS,
    });
    if (fault && (await trouble(fault, raw, response))) return;
    if (path.includes('//')) {
      redirect(raw, response, path, search);
      return;
    }
    if (
      method !== 'GET' &&
      !String(raw.headers['content-type'] ?? '').startsWith('application/json')
    ) {
      sendPlain(raw, response, 415, 'Invalid content type\n', false);
      return;
    }
    try {
      const body = parseBody(await readBody(raw));
      const query = new URLSearchParams(search);
      await this.serve({ method, path, query, body, raw }, entry, response);
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
        if (path.startsWith('/api/v1/stream/'))
          sendStreamError(response, known);
        else sendError(raw, response, known);
      }
    }
  }

  private async serve(
    request: ApiRequest,
    entry: LoggedRequest,
    response: ServerResponse,
  ): Promise<void> {
    const { path, raw } = request;
    const segments = path.split('/').slice(1).map(decodeURIComponent);
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
    const { accounts } = this.instance;
    const token = tokenOf(raw);
    if (segments[2] === 'session') {
      answerSession(accounts, request, segments.slice(3), token, response);
      return;
    }
    const session = accounts.authenticate(token);
    if (!session) throw new ApiError(16, 'no session information');
    entry.account = session.account;
    if (segments[2] === 'stream')
      this.streams.answer(request, session, segments.slice(3), response);
    else await this.route(request, session, segments.slice(2), response);
  }

  private async route(
    request: ApiRequest,
    session: Session,
    [area, name, ...rest]: string[],
    response: ServerResponse,
  ): Promise<void> {
    const { instance, url } = this;
    if (area === 'applications' && request.method === 'GET') {
      if (name === undefined) {
        listApps(instance, session, request, response);
        return;
      }
      if (rest.join('/') === 'logs') {
        const app = findApp(instance, session, name, request.query);
        const lines = logs(instance, session, app, request.query);
        const stream = openStream(request.raw, response);
        for (const line of lines) stream.send(line);
        stream.finish();
        return;
      }
    }
    const found = await answer(
      instance,
      url,
      request,
      session,
      area,
      name,
      rest,
    );
    if (found === undefined) throw new NotFound();
    sendJson(request.raw, response, found);
  }
}

function redirect(
  raw: IncomingMessage,
  response: ServerResponse,
  path: string,
  search: string,
): void {
  const location = path.replace(/\/+/g, '/') + (search ? `?${search}` : '');
  send(
    raw,
    response,
    307,
    `<a href="${location}">Temporary Redirect</a>.\n\n`,
    { 'content-type': 'text/html; charset=utf-8', location },
    false,
  );
}
