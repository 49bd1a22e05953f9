import { RenderedManifests } from '../rendered/RenderedManifests';
import { mockServices } from '@backstage/backend-test-utils';
import { createRelease } from '../../deployments/release';
import { World, entity, IMAGE } from '../__testUtils__/world';
import { digestOf } from '../__testUtils__/samples';
import { createBuiltinGates } from './builtinGates';
import { Evidence } from './Evidence';
import { Gates } from './Gates';
import { upstreamFacts } from './upstreamFacts';

const release = createRelease([{ repository: IMAGE, digest: digestOf('2') }]);
const deploymentsOf = (world: World) => {
  const [upstream, target] = world.resolve(entity).deployments;
  return { upstream, target, release, approvals: [] };
};
const builtinGates = createBuiltinGates({
  evidence: new Evidence({
    logger: mockServices.logger.mock(),
    onFound: () => {},
  }),
  argocd: () => undefined,
  manifests: new RenderedManifests({ argocd: () => undefined }),
  deployments: { getApplication: () => undefined },
  sources: {
    checks: async () => {
      throw new Error('no sources here');
    },
  },
});
const gatesAt = (now: string) =>
  new Gates({ evaluators: builtinGates, now: () => new Date(now) });
const statusOf = (world: World) => world.applications.dev.application.status!;

describe('gates', () => {
  it('passes health and soak by evidence, and tells when soak opens', async () => {
    const world = new World();
    world.environments[1].gates = [
      { kind: 'health' },
      { kind: 'soak', duration: { minutes: 10 } },
      { kind: 'hooks' },
    ];
    const early = await gatesAt('2026-11-23T09:05:00Z').evaluate(
      deploymentsOf(world),
    );
    expect(early.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'health passed',
      'soak pending',
      'hooks passed',
    ]);
    expect(early[1].opensAt).toBe('2026-11-23T09:10:00.000Z');
    const late = await gatesAt('2026-11-23T09:10:00Z').evaluate(
      deploymentsOf(world),
    );
    expect(late.every(({ state }) => state === 'passed')).toBe(true);
  });

  it.each<[string, (world: World) => void, RegExp]>([
    [
      'OutOfSync',
      world => (statusOf(world).sync!.status = 'OutOfSync'),
      /checkout-dev is OutOfSync/,
    ],
    [
      'Degraded',
      world => (statusOf(world).health!.status = 'Degraded'),
      /checkout-dev is Degraded/,
    ],
    [
      'no status at all',
      world => delete world.applications.dev.application.status,
      /not compared yet/,
    ],
    [
      'a running operation',
      world => (statusOf(world).operationState!.phase = 'Running'),
      /is Running/,
    ],
    [
      'another release',
      world => (world.applications.dev.images[0].digest = digestOf('9')),
      /another release/,
    ],
    [
      'an unknown digest',
      world => delete world.applications.dev.images[0].digest,
      /not known/,
    ],
    [
      'old data',
      world => (world.applications.dev.staleSince = '2026-11-23T09:00:00Z'),
      /is old/,
    ],
  ])('is pending, never passed, with %s', async (_what, change, reason) => {
    const world = new World();
    world.environments[1].gates = [
      { kind: 'health' },
      { kind: 'soak', duration: { minutes: 1 } },
      { kind: 'hooks' },
    ];
    change(world);
    for (const gate of await gatesAt('2026-11-24T00:00:00Z').evaluate(
      deploymentsOf(world),
    )) {
      expect(gate.state).toBe('pending');
      expect(gate.reason).toMatch(reason);
    }
  });

  it('knows no time of health when Argo CD tells none', () => {
    const world = new World();
    const status = statusOf(world);
    delete status.health!.lastTransitionTime;
    delete status.operationState;
    const { upstream } = deploymentsOf(world);
    expect(upstreamFacts(upstream, release).healthySince).toBeUndefined();
    status.history = [{ id: 1, deployedAt: '2026-11-23T08:00:00Z' }];
    expect(upstreamFacts(upstream, release).healthySince).toEqual(
      new Date('2026-11-23T08:00:00Z'),
    );
    // A self-heal changes nothing of the release, so it does not begin the soak anew.
    status.operationState = {
      phase: 'Succeeded',
      finishedAt: '2026-11-23T09:00:00Z',
      operation: { sync: { autoHealAttemptsCount: 1 } },
    };
    expect(upstreamFacts(upstream, release).healthySince).toEqual(
      new Date('2026-11-23T08:00:00Z'),
    );
  });

  it('blocks by a failed hook, and waits for one that runs', async () => {
    const world = new World();
    world.environments[1].gates = [{ kind: 'hooks' }];
    const hook = {
      kind: 'Job',
      name: 'smoke',
      hookType: 'PostSync',
      hookPhase: 'Failed',
      message: 'exit 1',
    };
    statusOf(world).operationState!.syncResult = { resources: [hook] };
    const gates = gatesAt('2026-11-24T00:00:00Z');
    expect((await gates.evaluate(deploymentsOf(world)))[0]).toMatchObject({
      state: 'blocked',
      reason: 'PostSync hook smoke failed: exit 1',
    });
    hook.hookPhase = 'Running';
    expect((await gates.evaluate(deploymentsOf(world)))[0].state).toBe(
      'pending',
    );
    hook.hookPhase = 'Succeeded';
    expect((await gates.evaluate(deploymentsOf(world)))[0].state).toBe(
      'passed',
    );
  });

  it('begins the soak anew with what runs, though no operation brought it', async () => {
    const world = new World();
    world.environments[1].gates = [{ kind: 'soak', duration: { minutes: 10 } }];
    const seen: string[] = [];
    const gates = new Gates({
      evaluators: builtinGates,
      now: () => new Date('2026-11-23T09:30:00Z'),
      runsSince: ({ application }, { digest }) => {
        seen.push(`${application.metadata.name} ${digest}`);
        return '2026-11-23T09:25:00.000Z';
      },
    });
    const [soak] = await gates.evaluate(deploymentsOf(world));
    expect(soak).toMatchObject({
      state: 'pending',
      opensAt: '2026-11-23T09:35:00.000Z',
    });
    expect(seen).toEqual([`checkout-dev ${digestOf('2')}`]);
  });

  it('does not take a self-heal for a sync that ran its hooks', async () => {
    const world = new World();
    world.environments[1].gates = [{ kind: 'hooks' }];
    const status = statusOf(world);
    const look = async () =>
      (await gatesAt('2026-11-24T00:00:00Z').evaluate(deploymentsOf(world)))[0];
    status.operationState = {
      phase: 'Succeeded',
      operation: {
        sync: {
          autoHealAttemptsCount: 1,
          resources: [{ kind: 'Service', name: 'checkout' }],
        },
      },
      syncResult: { revision: 'r2' },
    };
    status.history = [
      { id: 1, revision: 'r1', deployedAt: '2026-11-23T08:00:00Z' },
    ];
    expect(await look()).toMatchObject({
      state: 'pending',
      reason: expect.stringMatching(/^The last operation of checkout-dev/),
    });
    status.history[0].revision = 'r2';
    expect(await look()).toMatchObject({ state: 'passed' });
    world.environments[1].gates = [{ kind: 'hooks', names: ['smoke'] }];
    expect(await look()).toMatchObject({
      state: 'pending',
      reason: 'The last sync did not run the hook smoke',
    });
  });

  it('counts people, not approvals; and asks for approval of a rollback too', async () => {
    const world = new World();
    world.environments[1].approvals = { required: 2, groups: [] };
    world.environments[1].gates = [{ kind: 'health' }];
    const gates = gatesAt('2026-11-24T00:00:00Z');
    const { target } = deploymentsOf(world);
    const at = new Date();
    const twice = [
      { by: 'user:default/bo', at },
      { by: 'user:default/bo', at },
    ];
    const once = await gates.evaluate({ target, release, approvals: twice });
    expect(once).toMatchObject([{ kind: 'approval', state: 'pending' }]);
    expect(once[0].reason).toContain('1 of 2');
    const both = [...twice, { by: 'user:default/cy', at }];
    expect(
      (await gates.evaluate({ target, release, approvals: both }))[0].state,
    ).toBe('passed');
  });

  it('blocks kinds that nobody has registered, and a soak without duration', async () => {
    const world = new World();
    world.environments[1].gates = [{ kind: 'moon' }, { kind: 'soak' }];
    const [moon, soak] = await gatesAt('2026-11-24T00:00:00Z').evaluate(
      deploymentsOf(world),
    );
    expect(moon).toMatchObject({ state: 'blocked' });
    expect(moon.reason).toContain('health, soak, hooks, approval');
    expect(soak).toMatchObject({ state: 'blocked' });
  });

  it('combines gates by any and all, and keeps them', async () => {
    const world = new World();
    const health = { kind: 'health' };
    const frozen = {
      kind: 'freeze',
      periods: [{ from: '2026-11-24', to: '2026-11-25', reason: 'Sale' }],
    };
    const unknown = { kind: 'moon' };
    world.environments[1].gates = [
      { kind: 'any', gates: [frozen, health] },
      { kind: 'all', gates: [frozen, health], title: 'Ready' },
      { kind: 'all', gates: [frozen, unknown] },
      { kind: 'any', gates: [unknown, { kind: 'any', gates: [frozen] }] },
    ];
    const told = await gatesAt('2026-11-24T12:00:00Z').evaluate(
      deploymentsOf(world),
    );
    expect(
      told.map(({ title, state, opensAt }) => [title, state, opensAt]),
    ).toEqual([
      ['No freeze or Healthy in dev', 'passed', undefined],
      ['Ready', 'pending', '2026-11-26T00:00:00.000Z'],
      ['No freeze and moon', 'blocked', undefined],
      ['moon or No freeze', 'pending', '2026-11-26T00:00:00.000Z'],
    ]);
    expect(told[1].reason).toBe('No freeze: staging is frozen: Sale');
    expect(told[1].gates?.map(({ state }) => state)).toEqual([
      'pending',
      'passed',
    ]);
  });

  it('waits while the target has drifted, or is old', async () => {
    const world = new World();
    world.environments[1].gates = [{ kind: 'drift' }];
    const look = async () =>
      (await gatesAt('2026-11-24T12:00:00Z').evaluate(deploymentsOf(world)))[0];
    expect(await look()).toMatchObject({ state: 'passed' });
    const { application } = world.applications.staging;
    application.status!.resources = [
      { kind: 'Service', name: 'checkout', status: 'OutOfSync' },
    ];
    expect(await look()).toMatchObject({
      state: 'pending',
      reason: expect.stringMatching(
        /^1 resource differs from git; sync staging/,
      ),
    });
    application.status!.resources = [];
    world.applications.staging.staleSince = '2026-11-24T11:00:00Z';
    expect(await look()).toMatchObject({ state: 'pending' });
  });

  it('is pending when an evaluator throws', async () => {
    const world = new World();
    world.environments[1].gates = [{ kind: 'broken' }];
    const broken = {
      kind: 'broken',
      evaluate: () => {
        throw new Error('no answer');
      },
    };
    const [gate] = await new Gates({ evaluators: [broken] }).evaluate(
      deploymentsOf(world),
    );
    expect(gate).toMatchObject({ state: 'pending' });
    expect(gate.reason).toContain('no answer');
  });
});
