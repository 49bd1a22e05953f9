import { mockServices } from '@backstage/backend-test-utils';
import { Simulator, startSimulator } from '@fairway/argocd-simulator';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import { parseApplication } from '../argocd/parseApplication';
import { GiteaHostProvider } from '../git/GiteaHostProvider';
import { until } from '../__testUtils__/until';
import { InventoryApplication } from './Inventory';
import { OwnCommits } from './OwnCommits';

jest.setTimeout(60_000);

const key = { instance: 'main', namespace: 'argocd', name: 'checkout-prod' };

describe('OwnCommits, asking a real git host', () => {
  let sim: Simulator;
  let repoURL: string;
  let getRepository: (url: string) => GitRepository | undefined;
  const stops: OwnCommits[] = [];

  beforeAll(async () => {
    sim = await startSimulator();
    repoURL = (
      await sim.git.createRepository('acme/deploy', {
        files: { 'prod/app.yaml': 'a: 1\n', 'dev/app.yaml': 'a: 1\n' },
        message: 'Begin',
        author: 'Ana Lima <ana@example.com>',
        date: '2026-01-01T00:00:00Z',
      })
    ).url;
    const provider = new GiteaHostProvider({
      hosts: [
        {
          host: new URL(sim.git.url).host,
          baseUrl: sim.git.url,
          password: sim.git.tokens.backstage,
        },
      ],
    });
    getRepository = url => provider.getRepository(url);
  });
  afterEach(async () => {
    for (const each of stops.splice(0)) await each.stop();
  });
  afterAll(() => sim.close());

  const deployed = (revision: string): InventoryApplication => ({
    instance: 'main',
    images: [],
    application: parseApplication({
      metadata: { name: key.name, namespace: key.namespace },
      spec: {
        project: 'shop',
        source: { repoURL, path: 'prod', targetRevision: 'main' },
      },
      status: {
        history: [
          {
            id: 0,
            revision: 'f'.repeat(40),
            deployedAt: '2025-12-01T00:00:00Z',
          },
          { id: 1, revision, deployedAt: '2026-01-01T01:00:00Z' },
          { id: 2, revision, deployedAt: '2026-02-02T00:00:00Z' },
        ],
      },
    })!,
  });
  const start = (known: { now: InventoryApplication }) => {
    const read: string[] = [];
    let asked = 0;
    const own = new OwnCommits({
      inventory: { get: () => known.now },
      getRepository: url => {
        asked += 1;
        return getRepository(url);
      },
      logger: mockServices.logger.mock(),
      onRead: id => read.push(id),
    });
    stops.push(own);
    return { own, read, asked: () => asked };
  };

  it('names the commit that touched the Application, not a neighbour’s that Argo CD synced at', async () => {
    const neighbour = await sim.git.commit('acme/deploy', {
      branch: 'main',
      files: { 'dev/app.yaml': 'a: 2\n' },
      message: 'Ship dev',
      author: 'Bo Chen <bo@example.com>',
    });
    const known = { now: deployed(neighbour) };
    const { own, read, asked } = start(known);
    expect(own.of(key)).toBeUndefined();
    await until(() => read[0]);
    expect(read).toEqual(['main/argocd/checkout-prod']);
    expect(own.of(key)).toMatchObject({
      repoURL,
      commit: {
        message: expect.stringMatching(/^Begin/),
        author: { name: 'Ana Lima' },
      },
      // Not the newest sync, which brought nothing of its own, nor one from before the commit.
      deployedAt: '2026-01-01T01:00:00Z',
    });
    own.of(key);
    expect(asked()).toBe(1);

    const next = await sim.git.commit('acme/deploy', {
      branch: 'main',
      files: { 'prod/app.yaml': 'a: 2\n' },
      message: 'Ship prod',
    });
    known.now = deployed(next);
    // What was known is about another revision.
    expect(own.of(key)).toBeUndefined();
    const found = await until(() => own.of(key));
    expect(found.commit.sha).toBe(next);
    expect(asked()).toBe(2);
  });

  it('knows nothing of a repository on a host that is not configured, and does not ask again', async () => {
    const known = { now: deployed('e'.repeat(40)) };
    known.now.application.spec.source!.repoURL = 'https://elsewhere.example/a';
    const { own, asked } = start(known);
    own.of(key);
    await until(() => (asked() > 0 ? true : undefined));
    expect(own.of(key)).toBeUndefined();
    expect(asked()).toBe(1);
  });
});
