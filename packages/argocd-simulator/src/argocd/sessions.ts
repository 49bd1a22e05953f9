import { IncomingMessage, ServerResponse } from 'http';
import { Accounts, Session } from './accounts';
import { ApiError, NotFound } from './errors';
import { ApiRequest, sendJson } from './http';

/** The token of a request: of its header, else of its cookie. */
export function tokenOf(request: IncomingMessage): string | undefined {
  const header = String(request.headers.authorization ?? '');
  if (header.startsWith('Bearer ')) return header.slice(7);
  return /(?:^|;\s*)argocd\.token=([^;]+)/.exec(
    String(request.headers.cookie ?? ''),
  )?.[1];
}

/** Login, logout, and who one is: the routes that need no session. */
export function answerSession(
  accounts: Accounts,
  request: ApiRequest,
  rest: string[],
  token: string | undefined,
  response: ServerResponse,
): void {
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
