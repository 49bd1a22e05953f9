import { Simulator, startSimulator } from '../index';
import { callerOf, follow } from '../contract/__testUtils__/company';

/** What goes wrong with streams in life, on request. */
describe('faults of streams', () => {
  let sim: Simulator;
  let call: ReturnType<typeof callerOf>;
  const path = '/api/v1/stream/applications';

  beforeEach(async () => {
    sim = await startSimulator({ clock: 'stepped' });
    call = callerOf(sim);
    const { url } = await sim.git.createRepository('acme/deploy', {
      files: {
        'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n',
      },
    });
    sim.argocd.main.createApplication({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'a' },
      spec: {
        project: 'default',
        source: { repoURL: url, path: '.', targetRevision: 'main' },
        destination: {
          server: 'https://kubernetes.default.svc',
          namespace: 'a',
        },
      },
    });
    await sim.clock.advance(1_000);
  });
  afterEach(() => sim.close());

  const label = (value: string) =>
    sim.argocd.main.patchLive(
      { kind: 'Application', namespace: 'argocd', name: 'a' },
      { metadata: { labels: { step: value } } },
    );
  const steps = (messages: Awaited<ReturnType<typeof follow>>['messages']) =>
    messages
      .filter(({ result }) => result.type === 'MODIFIED')
      .map(
        ({ result }) =>
          (result.application.metadata as { labels?: { step?: string } }).labels
            ?.step,
      )
      .filter((step, index, all) => step && step !== all[index - 1]);

  it('cuts streams that are open, and lets new ones in', async () => {
    const stream = await follow(call(path));
    await stream.until(messages => messages.length === 1);
    sim.faults.set({ target: 'argocd', kind: 'cut-stream', times: 1 });
    await stream.until(() => stream.ended);
    const again = await follow(call(path));
    await again.until(messages => messages.length === 1);
    expect(again.ended).toBe(false);
    expect(stream.messages).toHaveLength(1);
    await again.stop();
  });

  it('drops events silently', async () => {
    const stream = await follow(call(path));
    await stream.until(messages => messages.length === 1);
    const id = sim.faults.set({ target: 'argocd', kind: 'drop-events' });
    label('lost');
    await sim.clock.advance(1_000);
    sim.faults.clear(id);
    label('told');
    await stream.until(messages => steps(messages).includes('told'));
    expect(steps(await stream.stop())).toEqual(['told']);
  });

  it('tells an event after the next one', async () => {
    const stream = await follow(call(path));
    await stream.until(messages => messages.length === 1);
    sim.faults.set({ target: 'argocd', kind: 'reorder-events', times: 1 });
    label('first');
    label('second');
    await stream.until(messages => steps(messages).includes('first'));
    expect(steps(await stream.stop())).toEqual(['second', 'first']);
  });

  it('lets nothing happen while the clock stands', async () => {
    const before = (await (await call('/api/v1/applications/a')).json()).status
      .reconciledAt;
    const read = async () =>
      (await (await call('/api/v1/applications/a')).json()).status.reconciledAt;
    expect(await read()).toBe(before);
    await sim.clock.advance(170_000);
    expect(await read()).toBe(before);
    await sim.clock.advance(20_000);
    expect(Date.parse(await read())).toBeGreaterThan(Date.parse(before));
  });
});
