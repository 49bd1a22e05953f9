import { startSimulator, Simulator } from '../index';
import { loadShop } from './loadShop';
import { setImage } from './template';

interface App {
  metadata: { name: string; labels?: Record<string, string> };
  spec: { project: string };
  status: {
    sync: { status: string };
    health: { status: string };
    operationState?: { phase: string; message: string; retryCount?: number };
    history?: Array<{
      id: number;
      deployedAt: string;
      revision?: string;
      revisions?: string[];
    }>;
    summary: { images?: string[] };
  };
}

describe('the shop', () => {
  let sim: Simulator;
  let catalog: string;
  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${sim.argocd.main.url}/api/v1${path}`, {
      headers: { authorization: `Bearer ${sim.tokens.backstage}` },
    });
    return (await answer.json()) as T;
  };
  const app = (name: string) => get<App>(`/applications/${name}`);
  const until = async <T>(
    read: () => Promise<T>,
    fits: (value: T) => boolean,
  ): Promise<T> => {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const value = await read();
      if (fits(value)) return value;
      if (Date.now() > deadline)
        throw new Error(`Never came: ${JSON.stringify(value).slice(0, 2000)}`);
      await new Promise(resolve => {
        setTimeout(resolve, 50);
      });
    }
  };

  beforeAll(async () => {
    sim = await startSimulator({ speed: 50 });
    ({ catalog } = await loadShop(
      {
        git: sim.git,
        registry: sim.registry,
        argocd: sim.argocd.main,
        faults: sim.faults,
        now: () => sim.clock.now(),
      },
      { timeoutMs: 20_000 },
    ));
  }, 90_000);
  afterAll(() => sim.close());

  it('has three roots, and all their children run', async () => {
    const { items } = await get<{ items: App[] }>('/applications');
    expect(
      items.filter(({ metadata }) => metadata.name.endsWith('-root')),
    ).toHaveLength(3);
    expect(items).toHaveLength(35);
    for (const { metadata, spec } of items) {
      expect(metadata.labels?.environment).toMatch(/^(dev|staging|prod)$/);
      expect([metadata.name, spec.project === 'default']).toEqual([
        metadata.name,
        metadata.name.startsWith('billing-'),
      ]);
    }
    expect(catalog).toMatch(/catalog-info\.yaml$/);
  });

  it('runs a newer release in dev than in staging and prod', async () => {
    const image = async (name: string) =>
      (await app(name)).status.summary.images?.find(text =>
        text.includes('/shop/checkout'),
      );
    expect(await image('checkout-dev')).toContain(':1.7.0@sha256:');
    expect(await image('checkout-staging')).toContain(':1.5.1@sha256:');
    expect(await image('checkout-prod')).toBe(await image('checkout-staging'));
  });

  it('tells of the past: an entry for each release, at its time', async () => {
    const { status } = await app('checkout-prod');
    expect(status.history!.map(({ id }) => id)).toEqual([0, 1, 2]);
    const ages = status.history!.map(({ deployedAt }) =>
      Math.round((Date.now() - Date.parse(deployedAt)) / 86_400_000),
    );
    expect(ages).toEqual([40, 20, 14]);
    const ledger = await app('ledger-prod');
    expect(ledger.status.history!.at(-1)!.revisions).toHaveLength(2);
  });

  it('has one service that was edited by hand, one that fails, and the rest untouched by either', async () => {
    const drifted = await until(
      () => app('tracking-prod'),
      ({ status }) => status.sync.status === 'OutOfSync',
    );
    expect(drifted.status.operationState?.phase).toBe('Succeeded');
    const failing = await until(
      () => app('accounts-staging'),
      ({ status }) => status.operationState?.phase === 'Failed',
    );
    expect(failing.status).toMatchObject({
      sync: { status: 'OutOfSync' },
      health: { status: 'Healthy' },
    });
    expect((await app('accounts-prod')).status).toMatchObject({
      sync: { status: 'Synced' },
      health: { status: 'Healthy' },
    });
  });

  it('has a release whose smoke test fails where it is deployed, and whose predecessor still passes', async () => {
    const path = 'overlays/staging/kustomization.yaml';
    const read = async (file: string) =>
      String(await sim.git.read('fairway/returns-deploy', 'main', file));
    const before = await read(path);
    const commit = (message: string, content: string) =>
      sim.git.commit('fairway/returns-deploy', {
        message,
        files: { [path]: content },
      });
    const ended = async (phase: string, tag: string) =>
      until(
        () => app('returns-staging'),
        ({ status }) =>
          status.operationState?.phase === phase &&
          Boolean(
            status.summary.images?.some(image => image.includes(`:${tag}@`)),
          ),
      );
    await commit('Promote', await read('overlays/dev/kustomization.yaml'));
    const failed = await ended('Failed', '1.2.0');
    expect(failed.status.health.status).toBe('Healthy');
    await commit('Back', before);
    await ended('Succeeded', '1.1.0');
  }, 45_000);

  it('lets a release be promoted by a commit', async () => {
    const read = async (env: string) =>
      String(
        await sim.git.read(
          'fairway/checkout-deploy',
          'main',
          `overlays/${env}/kustomization.yaml`,
        ),
      );
    await sim.git.commit('fairway/checkout-deploy', {
      message: 'Promote',
      files: { 'overlays/staging/kustomization.yaml': await read('dev') },
    });
    const promoted = await until(
      () => app('checkout-staging'),
      ({ status }) =>
        Boolean(
          status.summary.images?.some(image =>
            image.includes('checkout:1.7.0@'),
          ) &&
            status.operationState?.phase === 'Succeeded' &&
            status.history!.length === 4,
        ),
    );
    expect(promoted.status.history!.at(-1)!.id).toBe(3);
  });
});

describe('setImage', () => {
  it('changes digest and tag of that image only', () => {
    const images = [
      { repository: 'shop/a', tag: '1.0', digest: 'sha256:a1' },
      { repository: 'shop/a', tag: '2.0', digest: 'sha256:a2' },
      { repository: 'shop/b', tag: '1.0', digest: 'sha256:b1' },
    ];
    const text =
      'image: r/shop/a:1.0@sha256:a1\nother: r/shop/b:1.0@sha256:b1\nversion: 1.0\n';
    expect(setImage(text, 'shop/a', '2.0', images)).toBe(
      'image: r/shop/a:2.0@sha256:a2\nother: r/shop/b:1.0@sha256:b1\nversion: 1.0\n',
    );
    expect(() => setImage(text, 'shop/a', '9', images)).toThrow(
      'The shop has no image shop/a:9',
    );
  });
});
