import { KubernetesObject } from '../ports';
import { startCompany } from './__testUtils__/company';
import { bodyOf, NONE } from './__testUtils__/replay';
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

describe('drift in a simulated Argo CD', () => {
  let company: Awaited<ReturnType<typeof startCompany>>;
  const json = async (path: string) => (await company.call(path)).json();
  afterAll(() => company.sim.close());

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
    company = await startCompany();
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
