import { Simulator, SimulatorOptions, startSimulator } from '../../index';
import { KubernetesObject } from '../../ports';
import { recording, StreamMessage } from './recordings';

/** Manifests of the recorded shop's checkout, taken from what Argo CD said that git wants. */
function checkoutManifests(options: {
  registry: string;
  digest: string;
  hook?: string;
  hooks?: boolean;
  progressDeadlineSeconds?: number;
}): string {
  const { items } = recording('managed-resources').response.body as {
    items: Array<{ targetState: string }>;
  };
  const objects = items.map(({ targetState }) => {
    const object = JSON.parse(targetState) as KubernetesObject;
    delete object.metadata.namespace;
    delete object.metadata.annotations?.['argocd.argoproj.io/tracking-id'];
    if (object.kind === 'Secret') object.data = { password: 'c2VjcmV0' };
    if (object.kind === 'Deployment') {
      const spec = object.spec as {
        progressDeadlineSeconds?: number;
        template: { spec: { containers: Array<{ image: string }> } };
      };
      spec.progressDeadlineSeconds = options.progressDeadlineSeconds;
      const [main, ...sidecars] = spec.template.spec.containers;
      main.image = `${options.registry}/checkout@${options.digest}`;
      for (const sidecar of sidecars)
        sidecar.image = `${options.registry}/envoy:1`;
    }
    return object;
  });
  const hook = (name: string, type: string, command: string) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      annotations: {
        'argocd.argoproj.io/hook': type,
        'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
      },
    },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [
            {
              name: 'main',
              image: `${options.registry}/tools:1`,
              command: ['sh', '-c', command],
            },
          ],
        },
      },
    },
  });
  return [
    ...objects,
    ...(options.hooks === false
      ? []
      : [
          hook('checkout-migrate', 'PreSync', options.hook ?? 'true'),
          hook('checkout-smoke', 'PostSync', 'true'),
        ]),
  ]
    .map(object => JSON.stringify(object))
    .join('\n---\n');
}

function deployment(name: string, registry: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
        - name: main
          image: ${registry}/tools:1
---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app: ${name}
  ports:
    - port: 80
`;
}

export const CHECKOUT_REPOSITORY = 'company/checkout-deploy';

/** The world that was recorded, rebuilt in the simulator as far as the tests ask of it. */
export async function startCompany(start: SimulatorOptions = { speed: 100 }) {
  // When the recordings were made: production's sync windows are shut on week-ends
  const sim = await startSimulator({
    startAt: '2026-11-23T01:20:00Z',
    ...start,
  });
  const rest = () =>
    start.clock === 'stepped'
      ? sim.clock.advance(60_000)
      : sim.argocd.main.settled();
  const { host } = sim.registry;
  sim.registry.push('tools', { tag: '1' });
  sim.registry.push('envoy', { tag: '1' });
  const digests = ['1.8.0', '1.9.0'].map(
    tag =>
      sim.registry.push('checkout', { tag, labels: { version: tag } }).digest,
  );
  const manifests = (
    digest: string,
    options: {
      hook?: string;
      hooks?: boolean;
      progressDeadlineSeconds?: number;
    } = {},
  ) => checkoutManifests({ registry: host, digest, ...options });
  const environments = ['dev', 'staging', 'prod'];
  const { url } = await sim.git.createRepository(CHECKOUT_REPOSITORY, {
    message: 'Mend the migration',
    author: 'Ana Lima <ana@example.com>',
    date: '2026-11-23T01:17:11Z',
    files: Object.fromEntries(
      environments.map(name => [
        `overlays/${name}/all.yaml`,
        manifests(digests[0]),
      ]),
    ),
  });
  const base = url.slice(0, url.indexOf('/company/'));
  await sim.git.createRepository('company/charts', {
    files: {
      'generic/Chart.yaml': 'apiVersion: v2\nname: generic\nversion: 0.1.0\n',
      'generic/values.yaml': 'name: none\n',
      'generic/templates/deployment.yaml': deployment(
        '{{ .Values.name }}',
        host,
      ),
    },
  });
  await sim.git.createRepository('company/ledger-config', {
    message: 'Ledger values',
    author: 'Mara <mara@example.com>',
    date: '2026-11-23T00:49:41Z',
    files: { 'env/prod/values.yaml': 'name: ledger\n' },
  });
  await sim.git.createRepository('company/legacy-deploy', {
    files: {
      'prod/all.yaml': deployment('billing', host),
    },
  });
  const recordedProjects = recording('projects-list').response.body as {
    items: Array<{ metadata: { name: string }; spec: object }>;
  };
  for (const { metadata, spec } of recordedProjects.items) {
    const text = JSON.stringify({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name: metadata.name },
      spec,
    });
    sim.argocd.main.createProject(
      JSON.parse(text.replaceAll('http://127.0.0.1:13000', base)),
    );
  }
  // The recorded Applications, without their roots: as they were applied, and with this git's address
  const list = recording('applications-list').response.body as {
    items: Array<{ metadata: KubernetesObject['metadata']; spec: object }>;
  };
  const names = [
    ...environments.map(name => `checkout-${name}`),
    'ledger-prod',
    'billing',
  ];
  await sim.git.createRepository('company/platform-gitops', {
    files: Object.fromEntries(
      list.items
        .filter(
          ({ metadata }) =>
            names.includes(metadata.name) && metadata.name !== 'billing',
        )
        .map(({ metadata, spec }) => [
          `environments/${metadata.labels?.environment}/apps/${metadata.name}.json`,
          JSON.stringify({
            apiVersion: 'argoproj.io/v1alpha1',
            kind: 'Application',
            metadata: {
              name: metadata.name,
              namespace: 'argocd',
              labels: metadata.labels,
              annotations: { 'argocd.argoproj.io/sync-wave': '10' },
              finalizers: ['resources-finalizer.argocd.argoproj.io'],
            },
            spec,
          }).replaceAll('http://127.0.0.1:13000', base),
        ]),
    ),
  });
  for (const { metadata, spec } of list.items) {
    if (!metadata.name.endsWith('-root') && metadata.name !== 'billing')
      continue;
    const text = JSON.stringify({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: metadata.name, labels: metadata.labels },
      spec,
    });
    sim.argocd.main.createApplication(
      JSON.parse(text.replaceAll('http://127.0.0.1:13000', base)),
    );
  }
  await rest();
  await callerOf(sim)('/api/v1/applications/billing/sync', {
    method: 'POST',
    json: {},
  });
  await rest();
  return {
    sim,
    base,
    digests,
    manifests,
    call: callerOf(sim),
    applications: [...names],
  };
}

/** Asks the simulated Argo CD, as an account of it. */
export function callerOf(sim: Simulator) {
  return (
    path: string,
    init: RequestInit & { as?: string; json?: unknown } = {},
  ): Promise<Response> => {
    const { as = 'backstage', json, ...rest } = init;
    const token = sim.tokens[as];
    return fetch(`${sim.argocd.main.url}${path}`, {
      redirect: 'manual',
      ...rest,
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(rest.method && rest.method !== 'GET'
          ? { 'content-type': 'application/json' }
          : {}),
        ...rest.headers,
      },
    });
  };
}

/** Listens to a stream; `stop` gives all that was said. */
export async function follow(response: Promise<Response> | Response) {
  const { body } = await response;
  if (!body) throw new Error('The stream has no body');
  const reader = body.getReader();
  const messages: StreamMessage[] = [];
  let rest = '';
  let ended = false;
  const done = (async () => {
    const decoder = new TextDecoder();
    for (;;) {
      const chunk = await reader.read();
      if (chunk.done) return;
      rest += decoder.decode(chunk.value, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      messages.push(
        ...lines
          .filter(Boolean)
          .map(line => JSON.parse(line.replace(/^data: /, ''))),
      );
    }
  })()
    .catch(() => undefined)
    .finally(() => {
      ended = true;
    });
  return {
    messages,
    get ended() {
      return ended;
    },
    /** Waits until a message fits. */
    async until(
      fits: (messages: StreamMessage[]) => boolean,
      timeoutMs = 10_000,
    ) {
      const deadline = Date.now() + timeoutMs;
      while (!fits(messages)) {
        if (Date.now() > deadline)
          throw new Error(
            `Of ${messages.length} messages none fits after ${timeoutMs} ms`,
          );
        await new Promise(resolve => setTimeout(resolve, 5));
      }
    },
    async stop() {
      await reader.cancel();
      await done;
      return messages;
    },
  };
}
