import {
  AuthenticationError,
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { redactPatterns } from './Redactor';

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
      if (typeof message === 'string' && message) return message;
      if (typeof error === 'string' && error) return error;
      if (error !== null && typeof error === 'object') {
        const inner = (error as { message?: unknown }).message;
        if (typeof inner === 'string' && inner) return inner;
      }
    }
    return undefined;
  } catch {
    // A page of a proxy says nothing that a user could act upon.
    return text.startsWith('<') ? undefined : text;
  }
}

const clip = (text: string): string =>
  text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;

/**
 * The error of `@backstage/errors` that fits an answer of Argo CD, with Argo CD's own message. Names the Instance, never
 * its address or a token: what `redact` finds is taken out before the message is cut, so that no half of it is left.
 */
export function errorFromResponse(
  instance: string,
  status: number,
  body: string,
  redact: (text: string) => string = redactPatterns,
): Error {
  const message = messageOf(body);
  const said = message && clip(redact(message));
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

/** Already told in words of ours: the reason that a signal was aborted with, a name that cannot be. */
const OWN = [AuthenticationError, InputError, ServiceUnavailableError];

/** A failure below HTTP (refused, reset, timed out, TLS), told without addresses. */
export function errorFromFailure(instance: string, error: unknown): Error {
  if (OWN.some(kind => error instanceof kind)) return error as Error;
  const code = codeOf(error);
  return new ServiceUnavailableError(
    `Argo CD instance '${instance}' cannot be reached: ${reasonOf(
      code,
      error,
    )}`,
  );
}

/** The code of a failure of Node.js or undici, or of what caused it. */
export function codeOf(error: unknown): string | undefined {
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
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return 'the connection was cut';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its host name cannot be resolved';
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
    case 'ETIMEDOUT':
      return 'no answer in time';
    case 'Z_DATA_ERROR':
    case 'Z_BUF_ERROR':
      return 'its compressed answer is damaged';
    case undefined:
      break;
    default:
      if (/^HPE_/.test(code)) return 'its answer is not HTTP';
      if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code)) {
        return `its certificate is not trusted (${code}); give its CA with caFile`;
      }
      return code;
  }
  const { name } = (error ?? {}) as { name?: unknown };
  if (name === 'TimeoutError') return 'no answer in time';
  if (name === 'AbortError') return 'the request was given up';
  return 'unexpected failure';
}
