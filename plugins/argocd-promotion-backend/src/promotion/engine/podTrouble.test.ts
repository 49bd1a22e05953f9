import { ResourceNode } from '../../argocd/types';
import { abortedRollout, podTrouble } from './podTrouble';

const replicaSet = (name: string, revision: number): ResourceNode => ({
  group: 'apps',
  kind: 'ReplicaSet',
  name,
  uid: name,
  parentRefs: [{ kind: 'Deployment', name: 'shop', uid: 'shop' }],
  info: [{ name: 'Revision', value: `Rev:${revision}` }],
});
const pod = (
  name: string,
  owner: string,
  status: string,
  reason: string,
): ResourceNode => ({
  kind: 'Pod',
  name,
  uid: name,
  parentRefs: [{ kind: 'ReplicaSet', name: owner, uid: owner }],
  images: ['registry.example.com/shop:2'],
  health: { status },
  info: [{ name: 'Status Reason', value: reason }],
});
const tree = (...pods: ResourceNode[]) => ({
  nodes: [
    { group: 'apps', kind: 'Deployment', name: 'shop', uid: 'shop' },
    replicaSet('old', 1),
    replicaSet('new', 2),
    ...pods,
  ],
});

describe('podTrouble', () => {
  it('is silent as long as Pods only start', () => {
    expect(
      podTrouble(tree(pod('a', 'new', 'Progressing', 'Pending'))),
    ).toBeUndefined();
    expect(podTrouble({ nodes: null })).toBeUndefined();
  });

  it.each(['ErrImagePull', 'ImagePullBackOff'])(
    'says the same of %s at every look',
    reason => {
      const pods = ['a', 'b'].map(name => pod(name, 'new', 'Degraded', reason));
      expect(podTrouble(tree(...pods))).toBe(
        'Pod a (and 1 more) cannot pull an image (registry.example.com/shop:2)',
      );
    },
  );

  it('says what else is wrong, and nothing of Pods that are being replaced', () => {
    expect(
      podTrouble(
        tree(
          pod('a', 'old', 'Degraded', 'Error'),
          pod('b', 'new', 'Degraded', 'CrashLoopBackOff'),
        ),
      ),
    ).toBe('Pod b is in trouble: CrashLoopBackOff');
  });
});

describe('abortedRollout', () => {
  const rollout = (status: string, message?: string) => ({
    nodes: [
      {
        group: 'argoproj.io',
        kind: 'Rollout',
        name: 'shop',
        uid: 'r',
        health: { status, message },
      },
    ],
  });

  it('tells of an abort, and of no other trouble', () => {
    expect(
      abortedRollout(
        rollout('Degraded', 'RolloutAborted: Rollout aborted update'),
      ),
    ).toBe('Rollout shop was aborted: RolloutAborted: Rollout aborted update');
    expect(
      abortedRollout(rollout('Degraded', 'ProgressDeadlineExceeded')),
    ).toBeUndefined();
    expect(abortedRollout(rollout('Suspended'))).toBeUndefined();
    expect(abortedRollout({ nodes: null })).toBeUndefined();
  });
});
