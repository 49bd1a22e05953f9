import { readFileSync } from 'node:fs';
import { resolvePackagePath } from '@backstage/backend-plugin-api';

export const ENVIRONMENTS = ['dev', 'staging', 'prod'] as const;

interface Recorded {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    resourceVersion: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
    managedFields?: unknown;
  };
  spec: {
    project: string;
    source: { path: string; repoURL: string; targetRevision: string };
    destination: { namespace: string };
  };
  status: {
    sync: { revision: string; comparedTo?: unknown };
    history: Array<Record<string, unknown>>;
    resources: Array<{ name: string; namespace: string }>;
    reconciledAt: string;
    summary: { images: string[] };
  };
}

function recording<T>(name: string): T {
  const file = resolvePackagePath(
    '@fairway/argocd-simulator',
    'recordings',
    `${name}.json`,
  );
  return JSON.parse(readFileSync(file, 'utf8')).response.body as T;
}

/** A commit's name that is the same in every run. */
export function revisionOf(application: number, n: number): string {
  return `${(application + 1).toString(16).padStart(8, '0')}${n
    .toString(16)
    .padStart(8, '0')}`.padEnd(40, 'c0ffee00');
}

/** The service of which the Application is the deployment in one environment. */
export const serviceOf = (application: number): string =>
  `svc-${Math.floor(application / ENVIRONMENTS.length)}`;

/** So many Applications that somebody looks at have a long history; the others have as much as was recorded. */
const WITH_LONG_HISTORY = 30;
const LONG_HISTORY = 10;

/** Application number `index` of an Instance, with the body of a recorded one. */
export function applicationBody(
  index: number,
  resourceVersion: number,
  changes: number,
): Recorded {
  const body = structuredClone(template());
  const environment = ENVIRONMENTS[index % ENVIRONMENTS.length];
  const service = serviceOf(index);
  const text = JSON.stringify(body)
    .replaceAll('checkout-staging', `${service}-${environment}`)
    .replaceAll('overlays/staging', `overlays/${environment}`)
    .replaceAll('staging-root', `${environment}-root`)
    .replaceAll('checkout', service);
  const application = JSON.parse(text) as Recorded;
  Object.assign(application.metadata, {
    uid: `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`,
    resourceVersion: String(resourceVersion),
  });
  application.metadata.labels = {
    'backstage.io/kubernetes-id': service,
    environment,
    team: `team-${Number(service.slice(4)) % 10}`,
  };
  const [entry] = application.status.history;
  const length =
    index < WITH_LONG_HISTORY
      ? LONG_HISTORY
      : application.status.history.length;
  application.status.history = Array.from({ length }, (_, id) => ({
    ...entry,
    id,
    revision: revisionOf(index, id),
    deployedAt: new Date(Date.UTC(2026, 10, 1, id, 0, 0)).toISOString(),
  }));
  // What changes is what changes most in life: the branch head that was compared.
  application.status.sync.revision = revisionOf(index, length - 1 + changes);
  return application;
}

let cached: Recorded | undefined;
function template(): Recorded {
  cached ??= recording<Recorded>('application-get');
  return cached;
}

/** Answers about one Application's inside, as recorded. */
export const insides = () => ({
  tree: JSON.stringify(recording('resource-tree')),
  pod: JSON.stringify(recording('resource-pod')),
  managed: JSON.stringify(recording('managed-resources')),
  metadata: JSON.stringify(recording('revision-metadata')),
});
