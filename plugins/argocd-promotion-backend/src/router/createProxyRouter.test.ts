import { connect } from 'node:net';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { PermissionsService } from '@backstage/backend-plugin-api';
import { mockCredentials } from '@backstage/backend-test-utils';
import { Simulator, startSimulator } from '@fairway/argocd-simulator';
import {
  component,
  startPlugin,
  threeEnvironments,
} from '../__testUtils__/startPlugin';
import { until } from '../__testUtils__/until';

jest.setTimeout(60_000);

const base = '/api/argocd-promotion';
const entity = '/v1/entities/component/default/checkout';
const route = (app: string, instance = 'main') =>
  `${entity}/proxy/${instance}/api/v1/applications/${app}`;
const dev = route('checkout-dev');

const SECRET = 'correct-horse-battery';
const manifests = (host: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout }
spec:
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers: [{ name: checkout, image: ${host}/shop/checkout:1.0 }]
---
apiVersion: v1
kind: Secret
metadata: { name: checkout-db }
stringData: { password: ${SECRET} }
`;

type Decision = Awaited<
  ReturnType<PermissionsService['authorizeConditional']>
>[number];

describe('the passage to Argo CD', () => {
  let sim: Simulator;
  let plugin: Awaited<ReturnType<typeof startPlugin>>;
  const ALLOW: Decision = { result: AuthorizeResult.ALLOW };
  let decision: Decision = ALLOW;

  beforeAll(async () => {
    sim = await startSimulator({ instances: ['main', 'other'], speed: 50 });
    sim.registry.push('shop/checkout', { tag: '1.0', labels: {} });
    const { url } = await sim.git.createRepository('acme/deploy', {
      files: Object.fromEntries(
        ['dev', 'prod', 'search'].map(name => [
          `${name}/all.yaml`,
          manifests(sim.registry.host),
        ]),
      ),
      message: 'Ship checkout',
      author: 'Ana Lima <ana@example.com>',
    });
    const create = (
      instance: string,
      name: string,
      path: string,
      labels: Record<string, string>,
    ) =>
      sim.argocd[instance].createApplication({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name, labels },
        spec: {
          project: 'default',
          source: { repoURL: url, path, targetRevision: 'main' },
          destination: {
            server: 'https://kubernetes.default.svc',
            namespace: name,
          },
          syncPolicy: {
            automated: {},
            syncOptions: ['CreateNamespace=true'],
          },
        },
      });
    const ours = { 'backstage.io/kubernetes-id': 'checkout' };
    create('main', 'checkout-dev', 'dev', { ...ours, environment: 'dev' });
    create('main', 'checkout-prod', 'prod', { environment: 'prod' });
    create('main', 'search-dev', 'search', {
      'backstage.io/kubernetes-id': 'search',
      environment: 'dev',
    });
    // The same name in another Instance is somebody else's.
    create('other', 'checkout-dev', 'search', {
      'backstage.io/kubernetes-id': 'search',
      environment: 'dev',
    });
    await sim.argocd.main.settled();
    plugin = await startPlugin({
      argocdPromotion: {
        instances: ['main', 'other'].map(name => ({
          name,
          url: sim.argocd[name].url,
          token: sim.argocd[name].tokens.backstage,
        })),
        environments: threeEnvironments,
      },
      entities: [
        component('checkout', {
          annotations: {
            'argocd/app-name': 'checkout-dev,checkout-prod',
            'argocd/instance-name': 'main',
          },
        }),
        component('search', { owner: 'group:default/search' }),
      ],
      permissions: {
        authorize: async requests =>
          requests.map(() => ({ result: AuthorizeResult.ALLOW })),
        authorizeConditional: async requests => requests.map(() => decision),
      },
    });
    await until(async () => {
      const { body } = await plugin.get(entity);
      const apps = (body.environments ?? []).flatMap(
        (environment: { applications: Array<{ health: object }> }) =>
          environment.applications,
      );
      return apps.length === 2 &&
        apps.every(
          ({ health }: { health: { status?: string } }) =>
            health.status === 'Healthy',
        )
        ? true
        : undefined;
    }, 30_000);
    // Whoever asks for an entity looks at it, and then its Applications are read at once.
    await plugin.get('/v1/entities/component/default/search');
  });
  afterAll(async () => {
    await plugin?.stop();
    await sim?.close();
  });
  afterEach(() => {
    decision = ALLOW;
  });

  const asked = () =>
    Object.entries(sim.argocd).flatMap(([name, { requests }]) =>
      requests.map(
        ({ method, path, query }) =>
          `${name} ${method} ${path}${query ? `?${query}` : ''}`,
      ),
    );
  /** Reading ahead has ended, so that whatever is asked from now on is asked by the passage. */
  let calm = false;
  const quiet = async () => {
    if (!calm)
      await until(() => {
        const last = Math.max(
          ...Object.values(sim.argocd).flatMap(({ requests }) =>
            requests.map(({ at }) => at),
          ),
        );
        return sim.clock.now() - last > 1_500 ? true : undefined;
      }, 30_000);
    calm = true;
    Object.values(sim.argocd).forEach(argocd => argocd.clearRequests());
  };
  const podOf = async (app: string, instance = 'main') => {
    const headers = {
      authorization: `Bearer ${sim.argocd[instance].tokens.backstage}`,
    };
    const response = await fetch(
      `${sim.argocd[instance].url}/api/v1/applications/${app}/resource-tree`,
      { headers },
    );
    const { nodes } = (await response.json()) as {
      nodes: Array<{ kind: string; name: string; namespace: string }>;
    };
    const pod = nodes.find(({ kind }) => kind === 'Pod');
    if (!pod) throw new Error(`${app} has no Pod`);
    return pod;
  };

  /** The bytes of a request line as they are: no client in between that would mend them. */
  const raw = async (
    target: string,
    method = 'GET',
  ): Promise<{ status: number; text: string }> => {
    const { port } = plugin.backend.server.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', chunk => chunks.push(Buffer.from(chunk)));
    socket.write(
      `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${mockCredentials.user.header()}\r\nConnection: close\r\n\r\n`,
      'latin1',
    );
    await new Promise((resolve, reject) => {
      socket.on('close', resolve);
      socket.on('error', reject);
    });
    const text = Buffer.concat(chunks).toString('latin1');
    return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text };
  };

  describe('lets pass', () => {
    const app = '/api/v1/applications/checkout-dev';
    const where = 'appNamespace=argocd&project=default';

    it.each<[string, string, string, RegExp]>([
      [
        'the Application',
        '',
        `${app}?${where}`,
        /^\{"metadata":\{"name":"checkout-dev"/,
      ],
      [
        'its tree',
        '/resource-tree',
        `${app}/resource-tree?${where}`,
        /^\{"nodes":\[\{.*"kind":"Deployment"/,
      ],
      [
        'managed resources',
        '/managed-resources',
        `${app}/managed-resources?${where}`,
        /"liveState":/,
      ],
      ['events', '/events', `${app}/events?${where}`, /^\{"items":\[/],
      ['manifests', '/manifests', `${app}/manifests?${where}`, /checkout-db/],
      [
        'sync windows',
        '/syncwindows',
        `${app}/syncwindows?${where}`,
        /canSync/,
      ],
      [
        'links',
        '/links',
        `${app}/links?namespace=argocd&project=default`,
        /^\{\}$/,
      ],
    ])('%s, in words of its own', async (_, below, expected, body) => {
      await quiet();
      const { status, text, headers } = await plugin.get(dev + below);
      expect(text).toMatch(body);
      expect(status).toBe(200);
      expect(text).not.toContain(SECRET);
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(headers['cache-control']).toBe('private, no-store');
      expect(Object.keys(headers).join()).not.toMatch(/grpc|cookie/);
      expect(asked()).toEqual([`main GET ${expected}`]);
    });

    it('one resource of the tree, asked for as the tree names it', async () => {
      await quiet();
      const { body, status } = await plugin.get(
        `${dev}/resource?kind=Secret&resourceName=checkout-db&namespace=checkout-dev`,
      );
      expect(status).toBe(200);
      expect(JSON.parse(body.manifest)).toMatchObject({ kind: 'Secret' });
      expect(body.manifest).not.toContain(SECRET);
      expect(asked()).toEqual([
        `main GET ${app}/resource-tree?${where}`,
        `main GET ${app}/resource?${where}&group=&version=v1&kind=Secret&namespace=checkout-dev&resourceName=checkout-db`,
      ]);
    });

    it('logs of a Pod of the tree, bounded and not followed', async () => {
      const pod = await podOf('checkout-dev');
      await quiet();
      const { body, status } = await plugin.get(
        `${dev}/logs?namespace=${pod.namespace}&podName=${pod.name}&tailLines=2&container=checkout`,
      );
      expect(status).toBe(200);
      expect(
        body.items.map(({ content }: { content: string }) => content),
      ).toEqual(['listening on 8080', 'ready']);
      expect(asked()).toEqual([
        `main GET ${app}/resource-tree?${where}`,
        `main GET ${app}/logs?${where}&namespace=checkout-dev&podName=${pod.name}&follow=false&tailLines=2&container=checkout`,
      ]);
    });

    it('what is told of a revision that it runs, and of no other', async () => {
      const head = await sim.git.head('acme/deploy', 'main');
      await quiet();
      const { body } = await plugin.get(`${dev}/revisions/${head}/metadata`);
      expect(body).toMatchObject({ message: 'Ship checkout' });
      expect(asked()).toEqual([
        `main GET ${app}/revisions/${head}/metadata?${where}`,
      ]);
      await quiet();
      for (const revision of ['main', 'f'.repeat(40), 'HEAD~1'.slice(0, 4)]) {
        const { status } = await plugin.get(
          `${dev}/revisions/${revision}/metadata`,
        );
        expect(status).toBe(404);
      }
      expect(asked()).toEqual([]);
    });

    it('an answer for who names the namespace and project rightly', async () => {
      const { status } = await plugin.get(
        `${dev}?appNamespace=argocd&project=default`,
      );
      expect(status).toBe(200);
    });
  });

  describe('lets nothing else reach any Instance:', () => {
    const target = base + dev;
    const projects = `${base}${entity}/proxy/main/api/v1/projects`;
    const applications = `${base}${entity}/proxy/main/api/v1/applications`;

    it.each<[string, string, number]>([
      ['walking up, encoded', `${applications}/..%2Fprojects`, 400],
      ['walking up, twice encoded', `${applications}/..%252Fprojects`, 400],
      ['walking up, plain', `${applications}/../projects`, 400],
      [
        'walking up from a revision',
        `${target}/revisions/..%2F..%2F..%2Fclusters/metadata`,
        400,
      ],
      ['dots, encoded', `${applications}/%2e%2e/projects`, 400],
      ['a parameter of the path', `${target};a=b/resource-tree`, 400],
      ['a backslash', `${target}\\..\\search-dev`, 400],
      ['a backslash, encoded', `${target}%5c..%5csearch-dev`, 400],
      ['NUL', `${target}%00/resource-tree`, 400],
      ['a new line, encoded', `${target}%0d%0aX-Evil:%201`, 400],
      ['a fragment', `${target}#x`, 400],
      ['a doubled slash', `${applications}//checkout-dev`, 400],
      [
        'a doubled slash before the route',
        `${base}${entity}/proxy/main//api/v1/applications/checkout-dev`,
        400,
      ],
      ['a trailing slash', `${target}/`, 400],
      ['an empty name', `${applications}/`, 400],
      ['bad encoding', `${target}/%zz`, 400],
      ['bytes beyond ASCII', `${target}\u00ff`, 400],
      ['an Application of somebody else', `${applications}/search-dev`, 404],
      ['one that is only claimed', `${applications}/checkout-prod`, 403],
      [
        'the same name in another Instance',
        `${base}${route('checkout-dev', 'other')}`,
        404,
      ],
      [
        'an unknown Instance',
        `${base}${route('checkout-dev', 'nowhere')}`,
        404,
      ],
      [
        'the Instance as a URL',
        `${base}${entity}/proxy/http:%2F%2F169.254.169.254/api/v1/applications/x`,
        400,
      ],
      [
        'an Instance that walks',
        `${base}${entity}/proxy/%2e%2e/api/v1/applications/checkout-dev`,
        400,
      ],
      ['another namespace', `${target}?appNamespace=kube-system`, 404],
      ['another project', `${target}?project=other`, 404],
      ['a project twice', `${target}?project=default&project=other`, 400],
      [
        'a project twice, encoded',
        `${target}?project=default&%70roject=other`,
        400,
      ],
      ['a list of projects', `${target}?projects=other`, 400],
      [
        'another name in the query',
        `${target}/resource-tree?name=search-dev`,
        400,
      ],
      [
        'another name, by its field',
        `${target}/managed-resources?applicationName=search-dev`,
        400,
      ],
      ['an injected key', `${target}?project=default%26name=search-dev`, 400],
      ['a hard refresh', `${target}?refresh=hard`, 400],
      ['chosen fields', `${target}?fields=metadata.name`, 400],
      [
        'manifests of any revision',
        `${target}/manifests?revision=refs%2Fpull%2F1%2Fhead`,
        400,
      ],
      [
        'followed logs',
        `${target}/logs?namespace=checkout-dev&podName=x&follow=true`,
        400,
      ],
      ['logs without a Pod', `${target}/logs`, 400],
      [
        'a stream',
        `${base}${entity}/proxy/main/api/v1/stream/applications/checkout-dev/resource-tree`,
        404,
      ],
      ['every Application', applications, 404],
      ['projects', projects, 404],
      ['clusters', `${base}${entity}/proxy/main/api/v1/clusters`, 404],
      ['repositories', `${base}${entity}/proxy/main/api/v1/repositories`, 404],
      ['settings', `${base}${entity}/proxy/main/api/v1/settings`, 404],
      ['a session', `${base}${entity}/proxy/main/api/v1/session/userinfo`, 404],
      ['a terminal', `${base}${entity}/proxy/main/terminal?pod=x`, 404],
      [
        'the API of the Instance itself',
        `${base}${entity}/proxy/main/swagger.json`,
        404,
      ],
      [
        'another entity',
        `${base}/v1/entities/component/default/nobody/proxy/main/api/v1/applications/checkout-dev`,
        404,
      ],
      [
        'an entity that it is none of',
        `${base}/v1/entities/component/default/search/proxy/main/api/v1/applications/checkout-dev`,
        404,
      ],
      [
        'the address in full',
        `http://evil.example.com${target}/../../projects`,
        400,
      ],
    ])('%s', async (_, path, status) => {
      await quiet();
      const answer = await raw(path);
      expect([answer.status, asked()]).toEqual([status, []]);
      expect(answer.text).not.toContain(new URL(sim.argocd.main.url).host);
    });

    it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])(
      '%s',
      async method => {
        await quiet();
        const { status } = await raw(`${base}${dev}/sync`, method);
        expect([status, asked()]).toEqual([405, []]);
        expect((await raw(target, method)).status).toBe(405);
        expect(asked()).toEqual([]);
      },
    );

    it('but the tree, for a resource or Pod that is not in it', async () => {
      const pod = await podOf('search-dev');
      const paths = [
        `/logs?namespace=${pod.namespace}&podName=${pod.name}`,
        `/logs?namespace=checkout-dev&podName=${pod.name}`,
        '/resource?kind=ConfigMap&resourceName=kube-root-ca.crt&namespace=kube-system&version=v1',
        '/resource?kind=Secret&resourceName=checkout-db&namespace=search-dev&version=v1',
        '/resource?kind=Secret&resourceName=checkout-db&namespace=checkout-dev&version=v2',
        '/events?resourceName=checkout-db&resourceNamespace=search-dev&resourceUID=1',
      ];
      for (const path of paths) {
        await quiet();
        const { status } = await plugin.get(dev + path);
        expect([path, status]).toEqual([path, 404]);
        expect(asked()).toEqual([
          'main GET /api/v1/applications/checkout-dev/resource-tree?appNamespace=argocd&project=default',
        ]);
      }
    });
  });

  describe('is for who may read the entity there:', () => {
    const conditions = (environments: string[]): Decision => ({
      result: AuthorizeResult.CONDITIONAL,
      pluginId: 'argocd-promotion',
      resourceType: 'argocd-promotion-deployment',
      conditions: {
        rule: 'IN_ENVIRONMENT',
        resourceType: 'argocd-promotion-deployment',
        params: { environments },
      },
    });

    it.each<[string, Decision, number]>([
      ['in that environment', conditions(['dev']), 200],
      ['in another alone', conditions(['prod']), 404],
      ['nowhere', { result: AuthorizeResult.DENY }, 403],
    ])('%s', async (_, current, status) => {
      await quiet();
      decision = current;
      expect((await plugin.get(dev)).status).toBe(status);
      expect(asked().length).toBe(status === 200 ? 1 : 0);
    });

    it('and for nobody who has not signed in', async () => {
      await quiet();
      const { port } = plugin.backend.server.address() as { port: number };
      const response = await fetch(`http://127.0.0.1:${port}${base}${dev}`, {
        headers: { authorization: mockCredentials.none.header() },
      });
      expect(response.status).toBe(401);
      expect(asked()).toEqual([]);
    });
  });

  it('tells the audit log who read what, also when it was refused', async () => {
    plugin.audit.mockClear();
    await plugin.get(`${dev}/resource-tree`);
    await plugin.get(route('search-dev'));
    await plugin.get(`${dev}?refresh=hard`);
    await raw(base + dev, 'DELETE');
    const said = {
      entityRef: 'component:default/checkout',
      instance: 'main',
    };
    const path = 'api/v1/applications/checkout-dev';
    expect(plugin.audit.mock.calls.map(([event]) => event)).toMatchObject([
      {
        eventId: 'argocd-read',
        status: 'succeeded',
        meta: {
          ...said,
          path: `${path}/resource-tree`,
          route: 'resource-tree',
        },
      },
      {
        eventId: 'argocd-read',
        status: 'failed',
        meta: { ...said, path: 'api/v1/applications/search-dev' },
      },
      { eventId: 'argocd-read', status: 'failed', meta: { ...said, path } },
      {
        eventId: 'argocd-read',
        status: 'failed',
        meta: { ...said, path, method: 'DELETE' },
      },
    ]);
  });
});
