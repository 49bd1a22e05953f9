import { Application, ResourceStatus } from '../../argocd/types';
import { buildForest } from '../forest';
import { Seen, Sight } from '../sight';
import { Forest, ForestNode, KnownApplication } from '../types';
import { RootsContext } from '../views';

interface Sketch {
  /** What its tracking id says. */
  root?: string;
  environment?: string;
  wave?: number;
  project?: string;
  namespace?: string;
  destination?: Application['spec']['destination'];
  syncOptions?: string[];
  automated?: boolean;
  set?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  resources?: ResourceStatus[];
  status?: Partial<NonNullable<Application['status']>>;
}

export const child = (
  name: string,
  more: Partial<ResourceStatus> = {},
): ResourceStatus => ({
  group: 'argoproj.io',
  version: 'v1alpha1',
  kind: 'Application',
  namespace: 'argocd',
  name,
  status: 'Synced',
  ...more,
});

/** An Application as Argo CD tells it, of the few things that matter to who hangs under whom. */
export function app(name: string, sketch: Sketch = {}): Application {
  const { namespace = 'argocd', root, wave, environment, set } = sketch;
  return {
    metadata: {
      name,
      namespace,
      labels: {
        ...(environment ? { environment } : {}),
        ...sketch.labels,
      },
      annotations: {
        ...(root
          ? {
              'argocd.argoproj.io/tracking-id': `${root}:argoproj.io/Application:${namespace}/${name}`,
            }
          : {}),
        ...(wave === undefined
          ? {}
          : { 'argocd.argoproj.io/sync-wave': String(wave) }),
        ...sketch.annotations,
      },
      ...(set
        ? { ownerReferences: [{ kind: 'ApplicationSet', name: set }] }
        : {}),
    },
    spec: {
      project: sketch.project ?? 'default',
      destination: sketch.destination ?? {
        server: 'https://kubernetes.default.svc',
        namespace: 'argocd',
      },
      source: {
        repoURL: 'https://git.example.com/gitops',
        path: `apps/${name}`,
      },
      syncPolicy: {
        ...(sketch.automated === false ? {} : { automated: {} }),
        ...(sketch.syncOptions ? { syncOptions: sketch.syncOptions } : {}),
      },
    },
    status: {
      sync: { status: 'Synced' },
      health: { status: 'Healthy' },
      controllerNamespace: 'argocd',
      ...(sketch.resources ? { resources: sketch.resources } : {}),
      ...sketch.status,
    },
  };
}

export const known = (
  application: Application,
  more: Partial<KnownApplication> = {},
): KnownApplication => ({ instance: 'main', application, ...more });

export const forestOf = (
  ...applications: Array<Application | KnownApplication>
): Forest =>
  buildForest(
    applications.map(each => ('application' in each ? each : known(each))),
    (_, { metadata }) => metadata.labels?.environment,
  );

export function nodeOf(forest: Forest, name: string): ForestNode {
  const found = [...forest.values()].find(node => node.name === name);
  if (!found) throw new Error(`There is no ${name}`);
  return found;
}

export const contextFor = (sight: Sight = 'all'): RootsContext => ({
  seen: new Seen(sight),
  environments: ['dev', 'staging', 'prod'],
  frontendUrl: () => undefined,
  staleSince: () => undefined,
});

/** A forest as lines: what hangs under what, with wave and, unless live, state. */
export function drawn(forest: Forest): string[] {
  const lines: string[] = [];
  const draw = (node: ForestNode, depth: number) => {
    lines.push(
      [
        '  '.repeat(depth) + node.name,
        ...(node.kind === 'Application' ? [] : [`(${node.kind})`]),
        ...(node.wave ? [`wave ${node.wave}`] : []),
        ...(node.state === 'live' ? [] : [node.state]),
      ].join(' '),
    );
    node.children.forEach(next => draw(next, depth + 1));
  };
  [...forest.values()]
    .filter(({ parent }) => !parent)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .forEach(node => draw(node, 0));
  return lines;
}
