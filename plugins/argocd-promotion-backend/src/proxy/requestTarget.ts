import { InputError, NotFoundError } from '@backstage/errors';
import { PROXY_ROUTES, ProxyRoute } from './routes';

/** What a request to the passage asks for, taken apart and understood to the last character. */
export interface RequestTarget {
  route: ProxyRoute;
  instance: string;
  /** Name of the Application. */
  app: string;
  /** Where given, the Application must stand in this namespace and project: they never choose what Argo CD is asked. */
  appNamespace?: string;
  project?: string;
  revision?: string;
  query: Record<string, string>;
}

const MAX_URL = 4_096;
/** `/v1/entities/{kind}/{namespace}/{name}/proxy/{instance}`: that many slashes stand before the rest. */
const SEGMENTS_BEFORE = 8;
const PREFIX = ['api', 'v1', 'applications'];
const APP = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const REVISION = /^[A-Za-z0-9][A-Za-z0-9.+:_-]{0,127}$/;
/** Of what a revision or the name of an Instance may need when it is encoded. */
const ENCODED = /^(?:[A-Za-z0-9._~!$'()*+,:@-]|%[0-9A-Fa-f]{2})+$/;
const PLAIN = /^(?!\.+$)[A-Za-z0-9._-]+$/;

/**
 * Takes the target of a request apart, as the browser sent it. Nothing of it is decoded twice, and nothing of it is
 * handed on: what Argo CD is asked is built anew from the result.
 *
 * @param url - path below the plugin and query, undecoded
 * @throws `InputError` for what no client would send in good faith, `NotFoundError` for what does not pass
 */
export function parseRequestTarget(url: string): RequestTarget {
  if (url.length > MAX_URL)
    throw new InputError(`The URL is longer than ${MAX_URL} characters`);
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const search = mark < 0 ? '' : url.slice(mark + 1);
  const segments = path.split('/');
  const instance = decodeOnce(segments[SEGMENTS_BEFORE - 1] ?? '');
  const rest = segments.slice(SEGMENTS_BEFORE);
  const [app = '', ...below] = rest.slice(PREFIX.length);
  const revision = below[0] === 'revisions' ? decodeOnce(below[1] ?? '') : '';
  if (
    rest
      .filter((_, i) => !(below[0] === 'revisions' && i === PREFIX.length + 2))
      .some(segment => !PLAIN.test(segment))
  )
    throw new InputError(
      'The path holds an empty segment or characters that no name in it has; nothing in it but an Instance or a revision is ever encoded',
    );
  const route =
    PREFIX.every((segment, i) => rest[i] === segment) && app !== ''
      ? PROXY_ROUTES.find(candidate => fits(candidate, below))
      : undefined;
  if (!route)
    throw new NotFoundError(
      `Nothing of Argo CD but this passes: ${PROXY_ROUTES.map(
        candidate => `${[...PREFIX, '{name}', ...candidate.below].join('/')}`,
      ).join(', ')}`,
    );
  if (!APP.test(app))
    throw new InputError('That is not the name of an Application');
  if (route.subject === 'revision' && !REVISION.test(revision))
    throw new InputError('That is not a revision');
  const { appNamespace, project, ...query } = parseQuery(route, search);
  return {
    route,
    instance,
    app,
    ...(appNamespace === undefined ? {} : { appNamespace }),
    ...(project === undefined ? {} : { project }),
    ...(route.subject === 'revision' ? { revision } : {}),
    query,
  };
}

function fits({ below }: ProxyRoute, segments: string[]): boolean {
  return (
    below.length === segments.length &&
    below.every(
      (segment, i) => segment === ':revision' || segment === segments[i],
    )
  );
}

function decodeOnce(segment: string): string {
  if (!ENCODED.test(segment))
    throw new InputError(
      'The path holds an empty segment, or characters that must be encoded',
    );
  let decoded: string;
  try {
    decoded = decodeURIComponent(segment);
  } catch {
    throw new InputError('The path is not encoded as UTF-8');
  }
  // An encoded percent sign is what a second decoding would take for an escape.
  if (/[\p{Cc}/\\%;?#]/u.test(decoded) || /^\.+$/.test(decoded))
    throw new InputError('The path names something that no name can be');
  return decoded;
}

function parseQuery(
  { query, required }: ProxyRoute,
  search: string,
): Record<string, string> {
  const patterns: Record<string, RegExp> = {
    ...query,
    appNamespace: NAMESPACE,
    project: /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/,
  };
  const found = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(search)) {
    if (!Object.hasOwn(patterns, key))
      throw new InputError(
        `The query may hold ${Object.keys(patterns).join(
          ', ',
        )} here, and nothing else`,
      );
    if (found.has(key))
      throw new InputError(`'${key}' stands twice in the query`);
    if (!patterns[key].test(value))
      throw new InputError(
        key === 'follow'
          ? 'Logs are not followed here: ask again for newer lines'
          : `The value of '${key}' in the query is none that it can have`,
      );
    found.set(key, value);
  }
  const missing = required.filter(key => !found.has(key));
  if (missing.length > 0)
    throw new InputError(`The query must hold ${missing.join(' and ')}`);
  return Object.fromEntries(found);
}
