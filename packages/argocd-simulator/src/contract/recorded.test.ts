import { follow, startCompany } from './__testUtils__/company';
import { recording, streamRecording } from './__testUtils__/recordings';
import {
  bodyOf,
  NONE,
  replay as replayIn,
  UNTOLD,
} from './__testUtils__/replay';
import { shapeDifferences } from './__testUtils__/shapes';

jest.setTimeout(60_000);

describe('a simulated Argo CD answers as the recorded one', () => {
  let company: Awaited<ReturnType<typeof startCompany>>;
  beforeAll(async () => {
    company = await startCompany();
  });
  afterAll(() => company.sim.close());

  const json = async (path: string, init = {}) =>
    (await company.call(path, init)).json();

  const replay = (name: string) => replayIn(company, name);

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
    'applications-list-resource-version',
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

  it('has no chart for what comes from git', async () => {
    const { request, response } = recording('chart-details-not-helm-repo');
    const here = (text: string) =>
      text.replaceAll('storefront-prod', 'ledger-prod');
    const answer = await company.call(here(request.path));
    expect(answer.status).toBe(response.status);
    expect(await answer.json()).toEqual(
      JSON.parse(here(JSON.stringify(response.body))),
    );
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

  it.each([
    ['stream-project', 3],
    ['stream-one-application', 1],
  ])('%s: no more than was asked for', async (name, count) => {
    const recorded = streamRecording(name);
    const stream = await follow(company.call(recorded.request.path));
    await stream.until(messages => messages.length >= count);
    const names = (messages: (typeof recorded.messages)[number]['line'][]) =>
      new Set(messages.map(({ result }) => result.application.metadata.name));
    expect(names(await stream.stop())).toEqual(
      names(recorded.messages.map(({ line }) => line)),
    );
  });

  it('trims stream messages to fields', async () => {
    const recorded = streamRecording('stream-applications-fields');
    const stream = await follow(company.call(recorded.request.path));
    await stream.until(messages => messages.length > 0);
    const [message] = await stream.stop();
    expect(shapeDifferences(recorded.messages[0].line, message)).toEqual(NONE);
  });
});
