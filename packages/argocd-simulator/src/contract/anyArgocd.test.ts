import { request } from 'undici';
import { startCompany } from './__testUtils__/company';

jest.setTimeout(60_000);

/** Where the facts below are looked at: the simulator, or any Argo CD that the environment names. */
interface Contract {
  url: string;
  token: string;
  application: string;
  project: string;
  close(): Promise<void>;
}

async function contractOf(env: NodeJS.ProcessEnv): Promise<Contract> {
  const url = env.ARGOCD_CONTRACT_URL;
  if (!url) {
    const { sim } = await startCompany();
    return {
      url: sim.argocd.main.url,
      token: sim.tokens.backstage,
      application: 'checkout-staging',
      project: 'shop',
      close: () => sim.close(),
    };
  }
  const need = (name: string) => {
    const value = env[name];
    if (!value)
      throw new Error(`ARGOCD_CONTRACT_URL is set: ${name} is needed too`);
    return value;
  };
  return {
    url: url.replace(/\/$/, ''),
    token: need('ARGOCD_CONTRACT_TOKEN'),
    application: need('ARGOCD_CONTRACT_APPLICATION'),
    project: need('ARGOCD_CONTRACT_PROJECT'),
    close: async () => {},
  };
}

/** General facts that the product stands on. Nothing is written to the Argo CD, but for one refresh. */
describe('any Argo CD', () => {
  let contract: Contract;
  beforeAll(async () => {
    contract = await contractOf(process.env);
  });
  afterAll(() => contract?.close());

  async function ask(
    path: string,
    options: {
      method?: 'GET' | 'POST' | 'DELETE';
      token?: string | null;
      headers?: Record<string, string>;
      body?: string;
    } = {},
  ) {
    const { token = contract.token, method = 'GET', headers, body } = options;
    const answer = await request(`${contract.url}${path}`, {
      method,
      body,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
    });
    const text = await answer.body.text();
    const type = String(answer.headers['content-type']);
    return {
      status: answer.statusCode,
      type,
      text,
      json: () => JSON.parse(text),
    };
  }
  const application = () =>
    `/api/v1/applications/${encodeURIComponent(contract.application)}`;

  it('tells its version to anybody', async () => {
    const answer = await ask('/api/version', { token: null });
    expect(answer.status).toBe(200);
    expect(answer.json().Version).toMatch(/^v3\./);
  });

  it('answers userinfo with 200 to anybody, and loggedIn only to a token', async () => {
    const path = '/api/v1/session/userinfo';
    const anonymous = await ask(path, { token: null });
    expect(anonymous.status).toBe(200);
    expect(anonymous.json().loggedIn).toBeUndefined();
    expect((await ask(path)).json().loggedIn).toBe(true);
  });

  it('refuses a list without a token, and with a bad one', async () => {
    for (const token of [null, 'nonsense']) {
      const answer = await ask('/api/v1/applications', { token });
      expect(answer.status).toBe(401);
      expect(answer.json()).toMatchObject({ code: 16 });
    }
  });

  it('lists Applications with a resourceVersion, trimmed to fields', async () => {
    const fields = 'metadata.resourceVersion,items.metadata.name';
    const list = (await ask(`/api/v1/applications?fields=${fields}`)).json();
    expect(Number(list.metadata.resourceVersion)).toBeGreaterThan(0);
    expect(list.items).toContainEqual({
      metadata: { name: contract.application },
    });
  });

  it('lists resources without their health, and gets them with it', async () => {
    const path = `/api/v1/applications?name=${contract.application}`;
    const [listed] = (await ask(path)).json().items;
    const got = (await ask(application())).json();
    expect(
      listed.status.resources.some((item: object) => 'health' in item),
    ).toBe(false);
    expect(got.status.resources.some((item: object) => 'health' in item)).toBe(
      true,
    );
  });

  it('calls an unknown Application forbidden, and not found in its project', async () => {
    const path = '/api/v1/applications/no-such-application';
    expect((await ask(path)).status).toBe(403);
    const named = await ask(`${path}?project=${contract.project}`);
    expect(named.status).toBe(404);
    expect(named.json().code).toBe(5);
  });

  it('has another error shape for streams', async () => {
    const answer = await ask(
      '/api/v1/stream/applications/no-such-application/resource-tree',
    );
    expect(answer.status).toBe(403);
    expect(answer.json().error).toMatchObject({
      grpc_code: 7,
      http_code: 403,
      http_status: 'Forbidden',
    });
  });

  it('wants JSON of every request but GET', async () => {
    const answer = await ask(`${application()}/sync`, { method: 'POST' });
    expect(answer.status).toBe(415);
    expect(answer.type).toMatch(/^text\/plain/);
  });

  it('does not let an encoded slash out of the Applications', async () => {
    expect((await ask('/api/v1/applications/..%2Fprojects')).status).toBe(404);
  });

  it('answers a bad selector with 500', async () => {
    const answer = await ask('/api/v1/applications?selector=a%20in%20(');
    expect(answer.status).toBe(500);
    expect(answer.json().code).toBe(2);
  });

  it('gives a tree of nodes with parents', async () => {
    const { nodes } = (await ask(`${application()}/resource-tree`)).json();
    const uids = new Set(nodes.map(({ uid }: { uid: string }) => uid));
    const pods = nodes.filter(({ kind }: { kind: string }) => kind === 'Pod');
    expect(pods.length).toBeGreaterThan(0);
    for (const { parentRefs } of pods)
      expect(uids.has(parentRefs[0].uid)).toBe(true);
  });

  it('gives managed resources as JSON texts, without hooks', async () => {
    const { items } = (await ask(`${application()}/managed-resources`)).json();
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) {
      for (const state of [
        'targetState',
        'liveState',
        'normalizedLiveState',
        'predictedLiveState',
      ])
        expect(() => JSON.parse(item[state])).not.toThrow();
      expect(item.targetState).not.toContain('"argocd.argoproj.io/hook"');
    }
  });

  it('tells who wrote the commit that runs', async () => {
    const { status } = (await ask(application())).json();
    const revision = status.sync.revision ?? status.sync.revisions[0];
    const metadata = (
      await ask(`${application()}/revisions/${revision}/metadata`)
    ).json();
    expect(metadata).toMatchObject({
      author: expect.any(String),
      message: expect.any(String),
    });
    expect(Date.parse(metadata.date)).not.toBeNaN();
  });

  it('replays an Application when its stream opens, and tells of a refresh', async () => {
    const answer = await request(
      `${contract.url}/api/v1/stream/applications?name=${contract.application}`,
      { headers: { authorization: `Bearer ${contract.token}` } },
    );
    expect(answer.headers['content-type']).toBe('application/json');
    const types: string[] = [];
    let rest = '';
    for await (const chunk of answer.body) {
      rest += chunk;
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      types.push(
        ...lines.filter(Boolean).map(line => JSON.parse(line).result.type),
      );
      if (types.includes('MODIFIED')) break;
      if (types.length === 1) await ask(`${application()}?refresh=normal`);
    }
    expect(types.slice(0, 2)).toEqual(['ADDED', 'MODIFIED']);
  });
});
