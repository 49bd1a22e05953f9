/** How an answer is read: whole, item by item out of one list, or line by line. */
export type AnswerShape =
  | { kind: 'object' }
  | { kind: 'list'; list: string }
  | { kind: 'lines' };

/** What a route names besides the Application, to be checked before Argo CD is asked. */
export type Subject = 'resource' | 'resource-events' | 'pod' | 'revision';

/** One thing that may be read of an Application through the passage. */
export interface ProxyRoute {
  id: string;
  /** Segments below `api/v1/applications/{name}`; `:revision` stands for one. */
  below: readonly string[];
  /** Keys of the query with what their value must look like. Everything else is refused. */
  query: Readonly<Record<string, RegExp>>;
  required: readonly string[];
  answer: AnswerShape;
  subject?: Subject;
  /** Argo CD's name for the namespace of the Application object in this one route. */
  namespaceKey: 'appNamespace' | 'namespace';
}

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9._:]{0,251}[A-Za-z0-9])?$/;
const NAMESPACE = /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)?$/;
const GROUP = /^[-a-z0-9.]{0,253}$/;
const VERSION = /^v[a-z0-9]{1,30}$/;
const KIND = /^[A-Za-z][A-Za-z0-9]{0,62}$/;
const CONTAINER = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const UID = /^[-A-Za-z0-9]{1,64}$/;

/** Most lines of a log in one answer. */
export const MAX_LOG_LINES = 2_000;
/** Lines of a log when no number is asked for. */
export const DEFAULT_LOG_LINES = 200;

const route = (
  id: string,
  answer: AnswerShape,
  rest: Partial<ProxyRoute> = {},
): ProxyRoute => ({
  id,
  below: [id],
  query: {},
  required: [],
  namespaceKey: 'appNamespace',
  answer,
  ...rest,
});
const object: AnswerShape = { kind: 'object' };
const list = (name: string): AnswerShape => ({ kind: 'list', list: name });
const sourceOfRevision = {
  sourceIndex: /^\d{1,2}$/,
  versionId: /^\d{1,9}$/,
};

/**
 * Everything that passes. Left out on purpose: whatever writes or refreshes, terminals, streams, the manifests of any
 * revision (they would let a reader render any commit that the repository server can fetch), and what is not about one
 * Application.
 */
export const PROXY_ROUTES: readonly ProxyRoute[] = [
  route('application', object, { below: [] }),
  route('resource-tree', list('nodes')),
  route('managed-resources', list('items')),
  route('resource', object, {
    query: {
      group: GROUP,
      version: VERSION,
      kind: KIND,
      namespace: NAMESPACE,
      resourceName: NAME,
    },
    required: ['kind', 'resourceName'],
    subject: 'resource',
  }),
  route('events', list('items'), {
    query: {
      resourceNamespace: NAMESPACE,
      resourceName: NAME,
      resourceUID: UID,
    },
    subject: 'resource-events',
  }),
  route(
    'logs',
    { kind: 'lines' },
    {
      query: {
        namespace: NAMESPACE,
        podName: NAME,
        container: CONTAINER,
        tailLines: /^[1-9]\d{0,3}$/,
        sinceSeconds: /^[1-9]\d{0,5}$/,
        previous: /^(true|false)$/,
        follow: /^false$/,
      },
      required: ['namespace', 'podName'],
      subject: 'pod',
    },
  ),
  route('manifests', list('manifests')),
  route('revision-metadata', object, {
    below: ['revisions', ':revision', 'metadata'],
    query: sourceOfRevision,
    subject: 'revision',
  }),
  route('chart-details', object, {
    below: ['revisions', ':revision', 'chartdetails'],
    query: sourceOfRevision,
    subject: 'revision',
  }),
  route('syncwindows', object),
  route('links', object, { namespaceKey: 'namespace' }),
];
