import { recording } from '../contract/__testUtils__/recordings';
import { KubernetesObject } from '../ports';
import { hasHealth, healthOf, isWorse } from './health';

const deployment = (
  status: Record<string, unknown>,
  spec: Record<string, unknown> = {},
): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', generation: 2 },
  spec: { replicas: 2, ...spec },
  status: { observedGeneration: 2, ...status },
});
const all = { replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

it('judges a recorded Pod as the recorded tree did', () => {
  const { manifest } = recording('resource-pod').response.body as {
    manifest: string;
  };
  const pod = JSON.parse(manifest) as KubernetesObject;
  const { nodes } = recording('resource-tree').response.body as {
    nodes: Array<{ name: string; health: object }>;
  };
  const node = nodes.find(({ name }) => name === pod.metadata.name);
  expect(node).toBeDefined();
  expect(healthOf(pod)).toEqual(node?.health);
});

it.each([
  ['all there', deployment(all), 'Healthy'],
  [
    'not yet seen',
    deployment({ ...all, observedGeneration: 1 }),
    'Progressing',
  ],
  ['half updated', deployment({ ...all, updatedReplicas: 1 }), 'Progressing'],
  ['old ones left', deployment({ ...all, replicas: 3 }), 'Progressing'],
  [
    'not available',
    deployment({ ...all, availableReplicas: 1 }),
    'Progressing',
  ],
  ['paused', deployment(all, { paused: true }), 'Suspended'],
  [
    'too late',
    deployment({
      conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }],
    }),
    'Degraded',
  ],
])('Deployment: %s', (_what, object, status) => {
  expect(healthOf(object)?.status).toBe(status);
});

it.each([
  ['running', {}, 'Progressing'],
  ['done', { conditions: [{ type: 'Complete', message: 'ok' }] }, 'Healthy'],
  ['failed', { conditions: [{ type: 'Failed', message: 'no' }] }, 'Degraded'],
])('Job: %s', (_what, status, health) => {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'job' },
    status,
  };
  expect(healthOf(job)?.status).toBe(health);
});

it.each([
  ['ErrImagePull', 'Degraded'],
  ['ImagePullBackOff', 'Degraded'],
  ['CrashLoopBackOff', 'Degraded'],
  ['ContainerCreating', 'Progressing'],
])('Pod that waits: %s', (reason, health) => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod' },
    status: {
      phase: 'Pending',
      containerStatuses: [{ state: { waiting: { reason } } }],
    },
  };
  expect(healthOf(pod)?.status).toBe(health);
});

it('knows no health of a ConfigMap or of a child Application', () => {
  for (const kind of ['ConfigMap', 'Application']) {
    expect(hasHealth(kind)).toBe(false);
    expect(
      healthOf({ apiVersion: 'v1', kind, metadata: { name: 'x' } }),
    ).toBeUndefined();
  }
});

it('calls what is being deleted progressing', () => {
  const object = deployment(all);
  object.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  expect(healthOf(object)?.status).toBe('Progressing');
});

it('orders health from best to worst', () => {
  const order = [
    'Healthy',
    'Suspended',
    'Progressing',
    'Missing',
    'Degraded',
    'Unknown',
  ];
  for (let i = 1; i < order.length; i++) {
    expect(isWorse(order[i - 1], order[i])).toBe(true);
    expect(isWorse(order[i], order[i - 1])).toBe(false);
  }
});
