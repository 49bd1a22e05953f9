import { mockServices } from '@backstage/backend-test-utils';
import { GateContext } from '@fairway/backstage-plugin-argocd-promotion-node';
import { Simulator, startSimulator } from '@fairway/argocd-simulator';
import { HttpArgocdClient } from '../../argocd/HttpArgocdClient';
import { Evidence } from './Evidence';
import { SyncWindowsGate } from './SyncWindowsGate';

jest.setTimeout(30_000);

describe('the gate of sync windows against a simulated Argo CD', () => {
  let sim: Simulator;
  let client: HttpArgocdClient;
  beforeAll(async () => {
    sim = await startSimulator();
    const { url, tokens } = sim.argocd.main;
    client = HttpArgocdClient.fromConfig({
      name: 'main',
      url,
      credentials: { token: tokens.backstage },
      skipTlsVerify: false,
      headers: {},
    });
    const answer = await fetch(`${url}/api/v1/projects`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tokens.backstage}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        project: {
          metadata: { name: 'shop' },
          spec: {
            destinations: [{ server: '*', namespace: '*' }],
            sourceRepos: ['*'],
            syncWindows: [
              {
                kind: 'deny',
                schedule: '0 22 * * 5',
                duration: '48h',
                applications: ['*-prod'],
              },
            ],
          },
        },
      }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  });
  afterAll(async () => {
    await client?.close();
    await sim?.close();
  });

  function gateFor(project: string) {
    const evidence = new Evidence({
      logger: mockServices.logger.mock(),
      onFound: () => {},
    });
    const gate = new SyncWindowsGate({
      evidence,
      argocd: name => (name === 'main' ? client : undefined),
    });
    const at = (now: string, instance = 'main') =>
      gate.evaluate({
        entityRef: 'component:default/checkout',
        now: new Date(now),
        target: {
          applications: ['checkout-prod', 'checkout-jobs'].map(name => ({
            instance,
            namespace: 'argocd',
            name,
            project,
            destination: { name: 'in-cluster', namespace: 'shop' },
          })),
        },
      } as unknown as GateContext);
    return { at, settled: () => evidence.settled() };
  }

  it('waits for a deny window to close, and asks once for all Applications of a project', async () => {
    sim.argocd.main.clearRequests();
    const { at, settled } = gateFor('shop');
    expect(at('2026-11-28T00:00:00Z')).toMatchObject({
      state: 'pending',
      reason: 'The AppProject shop is being read',
    });
    await settled();
    expect(at('2026-11-28T00:00:00Z')).toEqual({
      kind: 'sync-windows',
      title: 'Sync windows',
      state: 'pending',
      reason: 'A sync window of the AppProject forbids to sync checkout-prod',
      opensAt: '2026-11-29T22:00:00.000Z',
    });
    expect(at('2026-11-30T00:00:00Z').state).toBe('passed');
    expect(sim.argocd.main.requests.map(({ path }) => path)).toEqual([
      '/api/v1/projects/shop',
    ]);
  });

  it('is pending when the project, or the instance, is not known', async () => {
    const unknown = gateFor('a/b');
    unknown.at('2026-11-30T00:00:00Z');
    await unknown.settled();
    expect(unknown.at('2026-11-30T00:00:00Z')).toMatchObject({
      state: 'pending',
      reason: expect.stringContaining("The AppProject a/b can't be read: "),
    });
    const other = gateFor('shop');
    other.at('2026-11-30T00:00:00Z', 'other');
    await other.settled();
    expect(other.at('2026-11-30T00:00:00Z', 'other').reason).toContain(
      'there is no instance other',
    );
  });
});
