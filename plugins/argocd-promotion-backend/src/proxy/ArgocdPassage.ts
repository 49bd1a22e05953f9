import {
  AuthenticationError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { ArgocdClient } from '../argocd/ArgocdClient';
import { Application, ApplicationKey, ResourceNode } from '../argocd/types';
import { DeployedApplication, ResolvedPipeline } from '../deployments/types';
import { knownRevisions } from './knownRevisions';
import { AnswerBounds, DEFAULT_BOUNDS, maskedAnswer } from './maskedAnswer';
import { RequestTarget } from './requestTarget';
import { DEFAULT_LOG_LINES, MAX_LOG_LINES } from './routes';

/** Answers on their way from one Instance at once; the inventory's own requests must always find a connection. */
const MAX_ACTIVE = 4;
const MAX_WAITING = 32;

interface Slots {
  active: number;
  waiting: Array<() => void>;
}

/**
 * Reads from Argo CD for a viewer, with the product's own token: so only what is certainly of the entity, and asked in
 * the product's own words.
 */
export class ArgocdPassage {
  readonly #client: (instance: string) => ArgocdClient | undefined;
  readonly #bounds: AnswerBounds;
  readonly #slots = new Map<string, Slots>();

  constructor(options: {
    client(instance: string): ArgocdClient | undefined;
    bounds?: Partial<AnswerBounds>;
  }) {
    this.#client = options.client;
    this.#bounds = { ...DEFAULT_BOUNDS, ...options.bounds };
  }

  /**
   * The answer as JSON text, in parts. Argo CD is asked when the first part is.
   *
   * @param pipeline - of the entity, as far as the viewer may read it
   * @param signal - ends the reading: the deadline, or the viewer who left
   * @throws `NotFoundError` when the entity has no such Application, `NotAllowedError` when it is only claimed
   */
  read(
    pipeline: ResolvedPipeline,
    target: RequestTarget,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    const found = boundApplication(pipeline, target);
    const client = this.#client(found.instance);
    if (!client)
      throw new NotFoundError(`There is no instance '${found.instance}'`);
    const { revision } = target;
    if (
      revision !== undefined &&
      !knownRevisions(found.application).has(revision)
    )
      throw new NotFoundError(
        `Application ${target.app} neither runs that revision nor did lately`,
      );
    return this.#answer(client, found.application, target, signal);
  }

  async *#answer(
    client: ArgocdClient,
    application: Application,
    target: RequestTarget,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    const release = await this.#slot(client.instance, signal);
    try {
      const { namespace, name } = application.metadata;
      const key = { namespace, name, project: application.spec.project };
      const node = await this.#node(client, key, target, signal);
      const chunks = await client.read(requestOf(key, target, node), {
        signal,
      });
      yield* maskedAnswer(chunks, {
        ...this.#bounds,
        shape: target.route.answer,
        secret: node?.kind === 'Secret',
      });
    } catch (error) {
      // To a browser, 401 would mean that the user must sign in again.
      if (error instanceof AuthenticationError)
        throw new ServiceUnavailableError(error.message);
      throw error;
    } finally {
      release();
    }
  }

  /** What the query names must be in the tree of the Application: its own nodes, not the orphans around it. */
  async #node(
    client: ArgocdClient,
    key: ApplicationKey,
    { route, query }: RequestTarget,
    signal: AbortSignal,
  ): Promise<ResourceNode | undefined> {
    const wanted = wantedNode(route.subject, query);
    if (!wanted) return undefined;
    const { nodes } = await client.getResourceTree(key, { signal });
    const node = (nodes ?? []).find(wanted);
    if (!node)
      throw new NotFoundError(
        `The tree of Application ${key.name} holds no such resource`,
      );
    return node;
  }

  async #slot(instance: string, signal: AbortSignal): Promise<() => void> {
    const slots = this.#slots.get(instance) ?? { active: 0, waiting: [] };
    this.#slots.set(instance, slots);
    if (slots.active >= MAX_ACTIVE) {
      if (slots.waiting.length >= MAX_WAITING)
        throw new ServiceUnavailableError(
          `Too many answers of Argo CD instance '${instance}' are awaited; try again later`,
        );
      await inTurn(slots.waiting, signal, instance);
    } else slots.active += 1;
    return () => {
      const next = slots.waiting.shift();
      if (next) next();
      else slots.active -= 1;
    };
  }
}

/** Waits until called out of the queue, or leaves it. */
function inTurn(
  queue: Array<() => void>,
  signal: AbortSignal,
  instance: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const turn = { enter: () => {} };
    const leave = () => {
      queue.splice(queue.indexOf(turn.enter), 1);
      reject(
        new ServiceUnavailableError(
          `Argo CD instance '${instance}' did not answer in time`,
        ),
      );
    };
    turn.enter = () => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    queue.push(turn.enter);
    signal.addEventListener('abort', leave, { once: true });
  });
}

function boundApplication(
  { entityRef, deployments }: ResolvedPipeline,
  { instance, app, appNamespace, project }: RequestTarget,
): DeployedApplication {
  const found = deployments
    .flatMap(({ applications }) => applications)
    .filter(
      candidate =>
        candidate.instance === instance &&
        candidate.application.metadata.name === app &&
        (appNamespace === undefined ||
          candidate.application.metadata.namespace === appNamespace) &&
        (project === undefined ||
          candidate.application.spec.project === project),
    );
  if (found.length > 1)
    throw new InputError(
      `${entityRef} has several Applications ${app} in instance ${instance}: say with appNamespace which is meant`,
    );
  const [one] = found;
  if (!one)
    throw new NotFoundError(
      `${entityRef} has no Application ${app} in instance ${instance}`,
    );
  if (one.binding.kind !== 'proof')
    throw new NotAllowedError(
      [`Application ${app} is only claimed`, one.binding.remedy]
        .filter(Boolean)
        .join('. '),
    );
  return one;
}

function wantedNode(
  subject: RequestTarget['route']['subject'],
  query: Record<string, string>,
): ((node: ResourceNode) => boolean) | undefined {
  if (subject === 'resource')
    return node =>
      node.kind === query.kind &&
      node.name === query.resourceName &&
      (node.group ?? '') === (query.group ?? '') &&
      (node.namespace ?? '') === (query.namespace ?? '') &&
      (query.version === undefined || node.version === query.version);
  if (subject === 'pod')
    return node =>
      node.kind === 'Pod' &&
      (node.group ?? '') === '' &&
      node.name === query.podName &&
      node.namespace === query.namespace;
  if (subject !== 'resource-events' || Object.keys(query).length === 0)
    return undefined;
  if (!query.resourceName || !query.resourceUID)
    throw new InputError(
      'For the events of one resource, the query must hold resourceName, resourceUID and, where it has one, resourceNamespace',
    );
  return node =>
    node.uid === query.resourceUID &&
    node.name === query.resourceName &&
    (node.namespace ?? '') === (query.resourceNamespace ?? '');
}

/** Built from what the inventory and the tree know, never from the request's own bytes. */
function requestOf(
  { namespace, name, project }: ApplicationKey,
  { route, revision, query }: RequestTarget,
  node: ResourceNode | undefined,
): { path: string[]; query: Record<string, string> } {
  const below = route.below.map(segment =>
    segment === ':revision' ? revision ?? '' : segment,
  );
  return {
    path: ['v1', 'applications', name, ...below],
    query: {
      [route.namespaceKey]: namespace,
      project,
      ...subjectQuery(route.subject, query, node),
    },
  };
}

function subjectQuery(
  subject: RequestTarget['route']['subject'],
  query: Record<string, string>,
  node: ResourceNode | undefined,
): Record<string, string> {
  if (subject === 'revision') return query;
  if (!node) return {};
  if (subject === 'resource')
    return {
      group: node.group ?? '',
      version: node.version ?? '',
      kind: node.kind,
      namespace: node.namespace ?? '',
      resourceName: node.name,
    };
  if (subject === 'resource-events')
    return {
      resourceNamespace: node.namespace ?? '',
      resourceName: node.name,
      resourceUID: node.uid ?? '',
    };
  const { container, sinceSeconds, previous, tailLines } = query;
  return {
    namespace: node.namespace ?? '',
    podName: node.name,
    follow: 'false',
    tailLines: String(
      Math.min(Number(tailLines ?? DEFAULT_LOG_LINES), MAX_LOG_LINES),
    ),
    ...(container ? { container } : {}),
    ...(sinceSeconds ? { sinceSeconds } : {}),
    ...(previous ? { previous } : {}),
  };
}
