import { Octokit } from '@octokit/rest';
import {
  ConflictError,
  InputError,
  isError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { KnownSecrets } from '../../redaction/KnownSecrets';
import { AnswerHeaders, RateLimit } from '../RateLimit';
import { readBounded } from '../readBounded';

const READ_TRIES = 3;
const LONGEST_WAIT_MS = 2_000;

/**
 * Octokit with what every call of a host needs here: credentials asked for each time (an App's expire), a deadline, a
 * limit of size, the pause that the host asked for, and errors that say what to do and hold no credentials. Only reads
 * are tried again: a write that got no answer may have been done.
 */
export function createGithubClient(options: {
  apiBaseUrl: string;
  /** For people, in messages. */
  name: string;
  headers(): Promise<Record<string, string> | undefined>;
  limit: RateLimit;
  deadlineMs?: number;
}): Octokit {
  const { apiBaseUrl, name, headers, limit, deadlineMs = 20_000 } = options;
  const secrets = new KnownSecrets();
  const octokit = new Octokit({
    baseUrl: apiBaseUrl.replace(/\/+$/, ''),
    userAgent: 'argocd-promotion',
    // What it would print is in the errors.
    log: { debug() {}, info() {}, warn() {}, error() {} },
    request: {
      fetch: async (url: string, init: RequestInit) => {
        const answer = await fetch(url, {
          ...init,
          signal: AbortSignal.timeout(deadlineMs),
        });
        if (!answer.body) return answer;
        const bytes = await readBounded(answer.body, name);
        const bodyless = [204, 205, 304].includes(answer.status);
        return new Response(bodyless ? null : new Uint8Array(bytes), {
          status: answer.status,
          headers: answer.headers,
        });
      },
    },
  });
  octokit.hook.wrap('request', async (request, call) => {
    for (let attempt = 1; ; attempt++) {
      limit.check(name);
      const credentials = (await headers()) ?? {};
      Object.values(credentials).forEach(value => secrets.learnHeader(value));
      Object.assign(call.headers, credentials);
      try {
        return await request(call);
      } catch (error) {
        const translated = translate(error, {
          name,
          limit,
          deadlineMs,
          secrets,
        });
        const pause = Math.max(100 * attempt, limit.remainingMs);
        if (
          call.method !== 'GET' ||
          !(translated instanceof ServiceUnavailableError) ||
          attempt >= READ_TRIES ||
          pause > LONGEST_WAIT_MS
        )
          throw translated;
        await new Promise(resolve => setTimeout(resolve, pause));
      }
    }
  });
  return octokit;
}

/** What Octokit's RequestError tells. */
interface RequestFailure {
  status: number;
  response: { url?: string; headers: AnswerHeaders; data: unknown };
}

function isRequestFailure(error: unknown): error is RequestFailure {
  return (
    isError(error) &&
    typeof error.status === 'number' &&
    'response' in error &&
    Boolean(error.response)
  );
}

function translate(
  error: unknown,
  context: {
    name: string;
    limit: RateLimit;
    deadlineMs: number;
    secrets: KnownSecrets;
  },
): Error {
  const { name, limit, deadlineMs, secrets } = context;
  if (error instanceof InputError) return error;
  if (!isRequestFailure(error)) {
    const late =
      isError(error) &&
      /timeout|aborted/i.test(`${error.name} ${error.message}`);
    return new ServiceUnavailableError(
      `${name} ${
        late ? `did not answer within ${deadlineMs} ms` : 'can not be reached'
      }`,
    );
  }
  const { status, response } = error;
  if (limit.learn(status, response.headers)) return limit.error(name);
  const path = response.url
    ? ` to ${secrets.hide(new URL(response.url).pathname)}`
    : '';
  // Before it is cut, so that no half of a secret is left.
  const text = secrets.hide(said(response.data)).slice(0, 300);
  const message = `${name} answered ${status}${path}${text && `: ${text}`}`;
  if (status === 401 || status === 403)
    return new NotAllowedError(
      `${message}. The App or token in 'integrations.github' needs to read and write this repository`,
    );
  if (status === 404) return new NotFoundError(message);
  if (status === 409) return new ConflictError(message);
  if (status >= 500 || status === 408)
    return new ServiceUnavailableError(message);
  return new InputError(message);
}

/** The host's words: a message, and for a refused body what is wrong with it. */
function said(data: unknown): string {
  if (!data || typeof data !== 'object') return '';
  const message: unknown = Reflect.get(data, 'message');
  const errors: unknown = Reflect.get(data, 'errors');
  const details = Array.isArray(errors)
    ? errors.map(each =>
        typeof each === 'string' ? each : each?.message ?? each?.code ?? '',
      )
    : [];
  return [message, ...details]
    .filter(each => typeof each === 'string' && each !== '')
    .join('; ');
}
