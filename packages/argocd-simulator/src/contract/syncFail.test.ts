import { startCompany } from './__testUtils__/company';

jest.setTimeout(60_000);

const job = (name: string, type: string, command: string, host: string) =>
  JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, annotations: { 'argocd.argoproj.io/hook': type } },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [
            {
              name: 'main',
              image: `${host}/tools:1`,
              command: ['sh', '-c', command],
            },
          ],
        },
      },
    },
  });

describe('hooks of a sync that fails', () => {
  let company: Awaited<ReturnType<typeof startCompany>>;
  beforeEach(async () => {
    company = await startCompany({ clock: 'stepped' });
  });
  afterEach(() => company.sim.close());

  /** What a sync of the Application does with these hooks. */
  async function sync(migrate: string) {
    const { sim, call } = company;
    const { host } = sim.registry;
    await sim.git.commit('company/legacy-deploy', {
      branch: 'main',
      message: 'Hooks',
      files: {
        'prod/migrate.yaml': job('migrate', 'PreSync', migrate, host),
        'prod/page.yaml': job('page', 'SyncFail', 'echo paging', host),
      },
    });
    await sim.clock.advance(10_000);
    await call('/api/v1/applications/billing/sync', {
      method: 'POST',
      json: {},
    });
    await sim.clock.advance(120_000);
    const { status } = await (
      await call('/api/v1/applications/billing')
    ).json();
    const { phase, message, syncResult } = status.operationState;
    return {
      phase,
      message,
      hooks: (
        syncResult.resources as Array<{
          name: string;
          hookType?: string;
          hookPhase: string;
        }>
      ).flatMap(({ name, hookType, hookPhase }) =>
        hookType ? [`${hookType} ${name} ${hookPhase}`] : [],
      ),
    };
  }

  it('run after what failed, and do not mend it', async () => {
    expect(await sync('exit 1')).toEqual({
      phase: 'Failed',
      message: 'one or more synchronization tasks completed unsuccessfully',
      hooks: ['PreSync migrate Failed', 'SyncFail page Succeeded'],
    });
  });

  it('do not run when nothing fails', async () => {
    expect(await sync('true')).toMatchObject({
      phase: 'Succeeded',
      hooks: ['PreSync migrate Succeeded'],
    });
  });
});
