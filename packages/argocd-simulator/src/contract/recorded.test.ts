import { KubernetesObject } from '../ports';
import { follow, startCompany } from './__testUtils__/company';
import { recording, streamRecording } from './__testUtils__/recordings';
import { shapeDifferences } from './__testUtils__/shapes';

jest.setTimeout(60_000);

interface ManagedItem {
  kind: string;
  name: string;
  targetState: string;
  liveState: string;
  normalizedLiveState: string;
  predictedLiveState: string;
  modified?: boolean;
}

const NONE = { missing: [], surplus: [] };
/** Who wrote which field, the hydrator, and the Kubernetes API's own version are not simulated in full. */
const UNTOLD =
  /managedFields|hydrate|\.finalizers|\.syncWave|\.hook\b|resources\[\]\.health\.message/;

describe('a simulated Argo CD answers as the recorded one', () => {
  let company: Awaited<ReturnType<typeof startCompany>>;
  beforeAll(async () => {
    company = await startCompany();
  });
  afterAll(() => company.sim.close());

  const json = async (path: string, init = {}) =>
    (await company.call(path, init)).json();
  const bodyOf = (name: string) => recording(name).response.body;

  /** Sends what was sent to the real one. */
  async function replay(name: string, overrides: { json?: unknown } = {}) {
    const { request, response } = recording(name);
    const text = JSON.stringify(request.body)?.replaceAll(
      'http://127.0.0.1:13000',
      company.base,
    );
    const answer = await company.call(request.path, {
      method: request.method,
      as: request.as,
      ...(request.body === undefined ? {} : { json: JSON.parse(text) }),
      ...overrides,
    });
    expect(answer.status).toBe(response.status);
    expect(answer.headers.get('content-type')).toBe(
      response.headers['content-type'],
    );
    expect(answer.headers.get('grpc-metadata-content-type') ?? undefined).toBe(
      response.headers['grpc-metadata-content-type'],
    );
    return answer.json();
  }

  const anonymous = (value: unknown) =>
    JSON.parse(
      JSON.stringify(value)
        .replaceAll(company.base, 'http://127.0.0.1:13000')
        .replace(/iat: [0-9TZ:-]+/g, 'iat: TIME')
        // Which name server was asked is the machine's affair
        .replace(/(lookup \S+) on [0-9.:]+:/g, '$1:'),
    );

  it.each([
    'application-get',
    'application-get-multi-source',
    'application-get-refresh',
    'application-get-with-project',
    'resource-tree',
    'events',
    'clusters-list',
    'project-get',
    'project-detailed',
    'projects-list-reader',
    'resource-actions-deployment',
    'manifests',
    'applications-list-reader',
    'applications-list-projects',
    'resource-secret',
    'session-create',
    'settings',
    'projects-list',
  ])('%s: the same shape', async name => {
    const simulated = await replay(name);
    expect(shapeDifferences(bodyOf(name), simulated, UNTOLD)).toEqual(NONE);
  });

  it.each([
    ['applications-list', /./],
    [
      'applications-list-selector',
      /operation|retryCount|username|source\.(helm|directory)/,
    ],
    ['applications-list-fields', /source\.(helm|directory)/],
  ])(
    '%s: no other shape, but for what did not happen',
    async (name, happened) => {
      const { missing, surplus } = shapeDifferences(
        bodyOf(name),
        await replay(name),
        UNTOLD,
      );
      expect(surplus).toEqual([]);
      expect(missing.filter(path => !happened.test(path))).toEqual([]);
    },
  );

  it.each([
    'application-get-forbidden-namespace',
    'application-get-unreadable',
    'application-get-wrong-project',
    'application-rollback-unknown-id',
    'application-sync-forbidden',
    'applications-list-nobody',
    'links',
    'move-terminate-nothing',
    'project-create-forbidden',
    'project-events',
    'project-get-forbidden',
    'project-globalprojects',
    'resource-action-unknown',
    'resource-not-in-app',
    'resource-unknown',
    'revision-metadata-unknown',
    'server-side-diff',
    'session-create-unknown-user',
    'syncwindows',
    'syncwindows-none',
    'application-create-wrong-destination',
    'application-create-wrong-path',
    'application-create-wrong-repo',
    'manifests-unknown-revision',
  ])('%s: the same answer', async name => {
    const simulated = anonymous(await replay(name));
    const recorded = anonymous(bodyOf(name));
    delete simulated.metadata?.resourceVersion;
    delete recorded.metadata?.resourceVersion;
    expect(simulated).toEqual(recorded);
  });

  it('refuses a token that is none', async () => {
    const { request, response } = recording('applications-list-bad-token');
    const answer = await company.call(request.path, {
      headers: { authorization: 'Bearer abc.def.ghi' },
    });
    expect(answer.status).toBe(response.status);
    expect(await answer.json()).toEqual(response.body);
  });

  it('tells who wrote a commit, of each source', async () => {
    const { repositories } = {
      repositories: {
        'revision-metadata': 'company/checkout-deploy',
        'revision-metadata-second-source': 'company/ledger-config',
      },
    };
    for (const [name, repository] of Object.entries(repositories)) {
      const { request, response } = recording(name);
      const path = request.path.replace(
        /revisions\/[0-9a-f]{40}/,
        `revisions/${company.sim.git.head(repository)}`,
      );
      expect(await json(path)).toEqual(response.body);
    }
  });

  it('gives a multi-source Application a revision for each source', async () => {
    const { status } = await json('/api/v1/applications/ledger-prod');
    const wanted = [
      company.sim.git.head('company/charts'),
      company.sim.git.head('company/ledger-config'),
    ];
    expect(status.sync.revisions).toEqual(wanted);
    expect(status.operationState.syncResult.revisions).toEqual(wanted);
    expect(status.history[0].revisions).toEqual(wanted);
  });

  it('shows a root and its children without a health of theirs', async () => {
    const root = recording('application-get-root').response.body as {
      status: { resources: Array<{ kind: string; health?: unknown }> };
    };
    expect(root.status.resources.some(item => item.health)).toBe(false);
    const { status } = await json('/api/v1/applications/prod-root');
    expect(status.resources.length).toBeGreaterThan(0);
    expect(status.resources.some((item: object) => 'health' in item)).toBe(
      false,
    );
    expect(status.summary.isAppOfApps).toBe(true);
    expect(
      shapeDifferences(
        bodyOf('resource-tree-root'),
        await json('/api/v1/applications/prod-root/resource-tree'),
        UNTOLD,
      ),
    ).toEqual(NONE);
  });

  it('frames streams as lines, or as server-sent events for who asks', async () => {
    const { response } = streamRecording('stream-applications-replay');
    const path = '/api/v1/stream/applications';
    const lines = await company.call(path);
    expect(lines.headers.get('content-type')).toBe(
      response.headers['content-type'],
    );
    expect(lines.headers.get('content-encoding')).toBe(
      response.headers['content-encoding'],
    );
    expect(lines.headers.get('grpc-metadata-content-type')).toBe(
      response.headers['grpc-metadata-content-type'],
    );
    const listening = await follow(lines);
    await listening.until(
      messages => messages.length >= company.applications.length,
    );
    const replayed = await listening.stop();
    expect(new Set(replayed.map(({ result }) => result.type))).toEqual(
      new Set(['ADDED']),
    );

    const stop = new AbortController();
    const events = await company.call(path, {
      headers: { accept: 'text/event-stream' },
      signal: stop.signal,
    });
    expect(events.headers.get('content-type')).toBe('text/event-stream');
    const first = await events.body!.getReader().read();
    expect(new TextDecoder().decode(first.value)).toMatch(
      /^data: \{"result":.*\}\n\n/,
    );
    stop.abort();
  });

  it('starts silent with the resourceVersion of a list, unless a name is asked for', async () => {
    const list = await json(
      '/api/v1/applications?fields=metadata.resourceVersion',
    );
    const version = list.metadata.resourceVersion;
    const silent = await follow(
      company.call(`/api/v1/stream/applications?resourceVersion=${version}`),
    );
    const named = await follow(
      company.call(
        `/api/v1/stream/applications?name=checkout-dev&resourceVersion=${version}`,
      ),
    );
    await named.until(messages => messages.length === 1);
    await company.call('/api/v1/applications/checkout-dev?refresh=normal');
    await silent.until(messages => messages.length > 0);
    const told = await silent.stop();
    await named.stop();
    expect(new Set(told.map(({ result }) => result.type))).toEqual(
      new Set(['MODIFIED']),
    );
  });

  it('trims stream messages to fields', async () => {
    const recorded = streamRecording('stream-applications-fields');
    const stream = await follow(company.call(recorded.request.path));
    await stream.until(messages => messages.length > 0);
    const [message] = await stream.stop();
    expect(shapeDifferences(recorded.messages[0].line, message)).toEqual(NONE);
  });

  describe('drift', () => {
    const namespace = 'checkout-prod';
    const edit = (
      kind: string,
      name: string,
      patch: Record<string, unknown> | null,
    ) => company.sim.argocd.main.patchLive({ kind, namespace, name }, patch);
    let items: ManagedItem[];
    let recorded: ManagedItem[];
    const byKind = (list: ManagedItem[]) =>
      Object.fromEntries(list.map(item => [item.kind, item]));

    beforeAll(async () => {
      edit('Deployment', 'checkout', { spec: { replicas: 7 } });
      edit('ConfigMap', 'checkout-settings', { data: { currency: 'USD' } });
      edit('Secret', 'checkout-db', { data: { password: 'b3RoZXI=' } });
      edit('Service', 'checkout', null);
      await company.sim.argocd.main.settled();
      ({ items } = await json(
        '/api/v1/applications/checkout-prod/managed-resources',
      ));
      ({ items: recorded } = bodyOf('move-drift-managed-resources') as {
        items: ManagedItem[];
      });
    });

    it('lists what differs, and no hook, in the recorded shape', () => {
      const kinds = (list: ManagedItem[]) =>
        list.map(({ kind, modified }) => `${kind} ${modified ?? false}`).sort();
      expect(kinds(items)).toEqual(kinds(recorded));
      expect(shapeDifferences(recorded, items)).toEqual(NONE);
    });

    it('shows a deleted object as the string null', () => {
      for (const list of [recorded, items]) {
        expect(byKind(list).Service).toMatchObject({
          liveState: 'null',
          normalizedLiveState: 'null',
        });
      }
    });

    it('hides the values of Secrets, and still tells that they differ', () => {
      for (const list of [recorded, items]) {
        const { normalizedLiveState, predictedLiveState } = byKind(list).Secret;
        const values = [normalizedLiveState, predictedLiveState].map(
          text => JSON.parse(text).data.password as string,
        );
        expect(values).toEqual([
          expect.stringMatching(/^\++$/),
          expect.stringMatching(/^\++$/),
        ]);
        expect(values[0]).not.toBe(values[1]);
      }
      expect(JSON.stringify(items)).not.toContain('c2VjcmV0');
    });

    it('predicts what a sync would make of the live object', () => {
      const { normalizedLiveState, predictedLiveState } =
        byKind(items).Deployment;
      const live = JSON.parse(normalizedLiveState) as KubernetesObject;
      const predicted = JSON.parse(predictedLiveState) as KubernetesObject;
      expect(live.spec).toMatchObject({ replicas: 7 });
      expect(predicted.spec).toEqual({
        ...(live.spec as object),
        replicas: expect.any(Number),
      });
    });

    it('is OutOfSync, and healthy without its Service', async () => {
      const facts = ({ status }: { status: Record<string, any> }) => ({
        sync: status.sync.status,
        health: status.health.status,
        outOfSync: status.resources
          .filter((item: { status?: string }) => item.status === 'OutOfSync')
          .map((item: { kind: string }) => item.kind),
      });
      expect(facts(await json('/api/v1/applications/checkout-prod'))).toEqual(
        facts(bodyOf('move-drift-application') as { status: object }),
      );
    });
  });

  describe('projects', () => {
    const project = (name: string) =>
      (recording(name).request.body as { project: KubernetesObject }).project;

    it('creates, updates by resourceVersion, refuses what is stale, wrong or in use', async () => {
      const created = await replay('project-create');
      expect(
        shapeDifferences(bodyOf('project-create'), created, UNTOLD),
      ).toEqual(NONE);
      expect(await replay('project-create-again-same')).toEqual(created);
      expect(await replay('project-create-again-different')).toEqual(
        bodyOf('project-create-again-different'),
      );
      const upserted = await replay('project-create-upsert');
      expect(upserted.spec.description).toBe(
        (bodyOf('project-create-upsert') as { spec: { description: string } })
          .spec.description,
      );
      const wanted = project('project-update');
      const at = (resourceVersion: string) => ({
        json: {
          project: {
            ...wanted,
            metadata: { ...wanted.metadata, resourceVersion },
          },
        },
      });
      const updated = await replay(
        'project-update',
        at(upserted.metadata.resourceVersion),
      );
      expect(
        shapeDifferences(bodyOf('project-update'), updated, UNTOLD),
      ).toEqual(NONE);
      expect(
        await replay(
          'project-update-stale',
          at(upserted.metadata.resourceVersion),
        ),
      ).toEqual(bodyOf('project-update-stale'));
      expect(await replay('project-update-bad-policy')).toEqual(
        bodyOf('project-update-bad-policy'),
      );
      expect(
        shapeDifferences(
          bodyOf('project-get-created'),
          await replay('project-get-created'),
          UNTOLD,
        ),
      ).toEqual(NONE);
      expect(await replay('project-delete')).toEqual(bodyOf('project-delete'));
      const inUse = await replay('project-delete-in-use');
      expect(inUse.error).toMatch(
        /^project is referenced by \d+ applications$/,
      );
    });
  });

  it('syncs by hand, and says who did', async () => {
    const started = await replay('move-manual-sync');
    expect(
      shapeDifferences(bodyOf('move-manual-sync'), started, UNTOLD),
    ).toEqual(NONE);
    await company.sim.argocd.main.settled();
    const after = await json('/api/v1/applications/billing');
    expect(after.status.operationState).toMatchObject({
      phase: 'Succeeded',
      operation: { initiatedBy: { username: 'backstage' } },
    });
  });

  it('creates an Application once, and deletes it', async () => {
    const created = await replay('application-create');
    expect(
      shapeDifferences(bodyOf('application-create'), created, UNTOLD),
    ).toEqual(NONE);
    expect(await replay('application-create-again-different')).toEqual(
      bodyOf('application-create-again-different'),
    );
    expect(await replay('application-delete')).toEqual({});
    await company.sim.argocd.main.settled();
    expect(
      (await company.call('/api/v1/applications/new-app?project=shop')).status,
    ).toBe(404);
  });

  it('keeps no field of a new Application that it does not know', async () => {
    const answer = await replay('application-create-unknown-field');
    const recorded = bodyOf('application-create-unknown-field') as object;
    expect(Object.keys(answer)).toEqual(
      expect.arrayContaining(Object.keys(recorded)),
    );
    expect(answer).not.toHaveProperty('wibble');
    await replay('application-delete');
    await company.sim.argocd.main.settled();
  });

  describe('an Application whose source or destination is wrong', () => {
    const create = (name: string) => {
      const { metadata, spec } = bodyOf(name) as KubernetesObject;
      company.sim.argocd.main.createApplication({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name: metadata.name },
        spec: JSON.parse(
          JSON.stringify(spec).replaceAll(
            'http://127.0.0.1:13000',
            company.base,
          ),
        ),
      });
    };
    const told = (body: unknown) => {
      const { status } = body as {
        status: {
          sync: { status: string };
          health: { status?: string };
          conditions: Array<{ type: string; message: string }>;
        };
      };
      return {
        sync: status.sync.status,
        health: status.health.status,
        conditions: status.conditions.map(({ type, message }) => ({
          type,
          message: message.replace('Manifest generation error (cached): ', ''),
        })),
      };
    };

    it.each(['move-broken-path', 'move-broken-destination'])(
      '%s: the same conditions, and the same refusals',
      async name => {
        create(name);
        await company.sim.argocd.main.settled();
        const { metadata } = bodyOf(name) as KubernetesObject;
        expect(
          told(await json(`/api/v1/applications/${metadata.name}`)),
        ).toEqual(told(bodyOf(name)));
        for (const what of ['manifests', 'managed-resources'])
          expect(await replay(`${name}-${what}`)).toEqual(
            bodyOf(`${name}-${what}`),
          );
        const deletion = { 'move-broken-path': 'move-delete' }[name];
        expect(await replay(deletion ?? 'move-delete-2')).toEqual({});
      },
    );
  });
});
