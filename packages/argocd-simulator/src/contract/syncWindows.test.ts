import { CHECKOUT_REPOSITORY, startCompany } from './__testUtils__/company';

jest.setTimeout(60_000);

const HOUR = 3_600_000;

/** The recorded project shuts production from Friday night on, for two days; people may sync. */
describe('a sync window', () => {
  let company: Awaited<ReturnType<typeof startCompany>>;
  beforeEach(async () => {
    company = await startCompany({
      clock: 'stepped',
      startAt: '2026-11-20T20:30:00Z',
      pollIntervalSeconds: 1_800,
    });
    await company.sim.clock.advance(HOUR);
  });
  afterEach(() => company.sim.close());

  const status = async () =>
    (await (await company.call('/api/v1/applications/checkout-prod')).json())
      .status;
  const promote = async () => {
    await company.sim.git.commit(CHECKOUT_REPOSITORY, {
      branch: 'main',
      message: 'Promote',
      files: {
        'overlays/prod/all.yaml': company.manifests(company.digests[1]),
      },
    });
    await company.sim.clock.advance(60_000);
  };

  it('holds back automated sync until it ends', async () => {
    const answer = await company.call(
      '/api/v1/applications/checkout-prod/syncwindows',
    );
    const window = {
      kind: 'deny',
      schedule: '0 22 * * 5',
      duration: '48h',
      manualSync: true,
    };
    expect(await answer.json()).toEqual({
      activeWindows: [window],
      assignedWindows: [window],
      canSync: true,
    });
    await promote();
    expect((await status()).sync.status).toBe('OutOfSync');
    await company.sim.clock.advance(48 * HOUR);
    expect((await status()).sync.status).toBe('Synced');
  });

  it('lets people sync where it says so, and else refuses them', async () => {
    await promote();
    const sync = () =>
      company.call('/api/v1/applications/checkout-prod/sync', {
        method: 'POST',
        json: {},
      });
    expect((await sync()).status).toBe(200);
    await company.sim.clock.advance(60_000);
    expect((await status()).sync.status).toBe('Synced');
    const path = '/api/v1/projects/shop';
    const project = await (await company.call(path)).json();
    delete project.spec.syncWindows[0].manualSync;
    await company.call(path, { method: 'PUT', json: { project } });
    const refused = await sync();
    expect(refused.status).toBe(403);
    expect((await refused.json()).message).toBe(
      'cannot sync: blocked by sync window',
    );
  });
});
