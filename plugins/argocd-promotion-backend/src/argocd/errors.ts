import {
  AuthenticationError,
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';

/** Longest message of Argo CD that is passed on; a proxy's HTML page could be of any size. */
const MAX_MESSAGE = 500;

/**
 * Argo CD's own words out of an error body. Errors come in three shapes: `{error, message, code}`, the stream's
 * `{error: {message}}`, and plain text or HTML of whatever stands between.
 */
function messageOf(body: string): string | undefined {
  const text = body.trim();
  if (text === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (parsed !== null && typeof parsed === 'object') {
      const { message, error } = parsed as {
        message?: unknown;
        error?: unknown;
      };
      if (typeof message === 'string' && message) return clip(message);
      if (typeof error === 'string' && error) return clip(error);
      if (error !== null && typeof error === 'object') {
        const inner = (error as { message?: unknown }).message;
        if (typeof inner === 'string' && inner) return clip(inner);
      }
    }
    return undefined;
  } catch {
    // A page of a proxy says nothing that a user could act upon.
    return text.startsWith('<') ? undefined : clip(text);
  }
}

function clip(text: string): string {
  // URLs in messages may be internal addresses with credentials in them.
  const safe = text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1');
  return safe.length > MAX_MESSAGE ? `${safe.slice(0, MAX_MESSAGE)}…` : safe;
}

/** The error of `@backstage/errors` that fits an answer of Argo CD. Names the Instance, never its address or token. */
export function errorFromResponse(
  instance: string,
  status: number,
  body: string,
): Error {
  const said = messageOf(body);
  const about = `Argo CD instance '${instance}' answered ${status}${
    said ? `: ${said}` : ''
  }`;
  switch (status) {
    case 400:
      return new InputError(about);
    case 401:
      return new AuthenticationError(about);
    case 403:
      return new NotAllowedError(about);
    case 404:
      return new NotFoundError(about);
    case 409:
      return new ConflictError(about);
    default:
      return new ServiceUnavailableError(about);
  }
}

/** A failure below HTTP (refused, reset, timed out, TLS), told without addresses. */
export function errorFromFailure(instance: string, error: unknown): Error {
  const code = codeOf(error);
  return new ServiceUnavailableError(
    `Argo CD instance '${instance}' cannot be reached: ${reasonOf(
      code,
      error,
    )}`,
  );
}

function codeOf(error: unknown): string | undefined {
  for (
    let at = error;
    at !== null && typeof at === 'object';
    at = (at as { cause?: unknown }).cause
  ) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === 'string') return code;
  }
  return undefined;
}

function reasonOf(code: string | undefined, error: unknown): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return 'the connection was cut';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its host name cannot be resolved';
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
    case 'ETIMEDOUT':
      return 'no answer in time';
    case undefined:
      break;
    default:
      if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code)) {
        return `its certificate is not trusted (${code}); give its CA with caFile`;
      }
      return code;
  }
  const { name } = (error ?? {}) as { name?: unknown };
  if (name === 'TimeoutError' || name === 'AbortError')
    return 'no answer in time';
  return 'unexpected failure';
}
