import fc from 'fast-check';
import { recording } from '../contract/__testUtils__/recordings';
import { KubernetesObject } from '../ports';
import {
  compareTasks,
  deletePolicies,
  hookTypes,
  isHook,
  planTasks,
} from './waves';

const object = (
  kind: string,
  name: string,
  annotations: Record<string, string> = {},
): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'x', annotations },
});
const wave = (value: number) => ({
  'argocd.argoproj.io/sync-wave': String(value),
});
const hook = (types: string) => ({ 'argocd.argoproj.io/hook': types });
const order = (
  targets: KubernetesObject[],
  options: { prune?: KubernetesObject[]; hooks?: boolean } = {},
) =>
  planTasks({ targets, prune: [], hooks: true, ...options }).map(
    ({ phase, ref }) => `${phase} ${ref.kind}/${ref.name}`,
  );

it('does hooks around the sync, and waves and kinds in order', () => {
  expect(
    order([
      object('Job', 'smoke', hook('PostSync')),
      object('Deployment', 'web', wave(1)),
      object('Service', 'web'),
      object('ConfigMap', 'settings'),
      object('Widget', 'own'),
      object('Namespace', 'x'),
      object('Job', 'early', wave(-1)),
      object('Job', 'migrate', hook('PreSync')),
    ]),
  ).toEqual([
    'PreSync Job/migrate',
    'Sync Job/early',
    'Sync Namespace/x',
    'Sync ConfigMap/settings',
    'Sync Service/web',
    'Sync Widget/own',
    'Sync Deployment/web',
    'PostSync Job/smoke',
  ]);
});

it('applies in the order in which a real Argo CD told its results', () => {
  const { status } = recording('move-promotion-after').response.body as {
    status: {
      resources: Array<{ kind: string; name: string; syncWave?: number }>;
      operationState: {
        syncResult: {
          resources: Array<{
            kind: string;
            name: string;
            syncPhase: string;
            hookType?: string;
          }>;
        };
      };
    };
  };
  const waveOf = (kind: string, name: string) =>
    status.resources.find(item => item.kind === kind && item.name === name)
      ?.syncWave ?? 0;
  const results = status.operationState.syncResult.resources;
  const phases = ['PreSync', 'Sync', 'PostSync'];
  const told = results.map(({ syncPhase, kind, name }) => ({
    step: phases.indexOf(syncPhase) * 1_000 + waveOf(kind, name),
    name: `${syncPhase} ${kind}/${name}`,
  }));
  const planned = order(
    [...results].reverse().map(({ kind, name, hookType }) =>
      object(kind, name, {
        ...wave(waveOf(kind, name)),
        ...(hookType ? hook(hookType) : {}),
      }),
    ),
  );
  const stepOf = (text: string) => told.find(({ name }) => name === text)?.step;
  expect([...planned].sort()).toEqual(told.map(({ name }) => name).sort());
  expect(planned.map(stepOf)).toEqual(
    told.map(({ step }) => step).sort((a, b) => a - b),
  );
});

it('prunes in the opposite order of the waves', () => {
  expect(
    order([], {
      prune: [
        object('ConfigMap', 'first', wave(0)),
        object('ConfigMap', 'last', wave(5)),
      ],
    }),
  ).toEqual(['Sync ConfigMap/last', 'Sync ConfigMap/first']);
});

it('leaves hooks out when only some resources are synced', () => {
  expect(
    order(
      [object('Job', 'migrate', hook('PreSync')), object('ConfigMap', 'a')],
      {
        hooks: false,
      },
    ),
  ).toEqual(['Sync ConfigMap/a']);
});

it('does an object with several hook types in each phase', () => {
  expect(order([object('Job', 'check', hook('PreSync, PostSync'))])).toEqual([
    'PreSync Job/check',
    'PostSync Job/check',
  ]);
});

it("reads Helm's hooks, and no hook from Skip or what Argo CD does not know", () => {
  const helm = (text: string) => object('Job', 'h', { 'helm.sh/hook': text });
  expect(hookTypes(helm('pre-install,pre-upgrade'))).toEqual(['PreSync']);
  expect(hookTypes(helm('post-install'))).toEqual(['PostSync']);
  expect(isHook(helm('test'))).toBe(false);
  expect(isHook(object('Job', 's', hook('Skip')))).toBe(false);
  expect(order([object('Job', 's', hook('Skip'))])).toEqual([]);
});

it('deletes a hook before it is made again unless told otherwise', () => {
  expect(deletePolicies(object('Job', 'a', hook('PreSync')))).toEqual([
    'BeforeHookCreation',
  ]);
  expect(
    deletePolicies(
      object('Job', 'a', {
        'argocd.argoproj.io/hook-delete-policy': 'HookSucceeded, HookFailed',
      }),
    ),
  ).toEqual(['HookSucceeded', 'HookFailed']);
});

it('has one order for any order of the manifests', () => {
  const kinds = fc.constantFrom(
    'ConfigMap',
    'Deployment',
    'Service',
    'Job',
    'Own',
  );
  const objects = fc.uniqueArray(
    fc.record({
      kind: kinds,
      name: fc.stringMatching(/^[a-z]{1,4}$/),
      at: fc.integer({ min: -3, max: 3 }),
    }),
    { selector: ({ kind, name }) => `${kind}/${name}`, maxLength: 12 },
  );
  fc.assert(
    fc.property(objects, specs => {
      const targets = specs.map(({ kind, name, at }) =>
        object(kind, name, wave(at)),
      );
      expect(order([...targets].reverse())).toEqual(order(targets));
      const tasks = planTasks({ targets, prune: [], hooks: true });
      for (let i = 1; i < tasks.length; i++)
        expect(compareTasks(tasks[i - 1], tasks[i])).toBeLessThanOrEqual(0);
    }),
  );
});
