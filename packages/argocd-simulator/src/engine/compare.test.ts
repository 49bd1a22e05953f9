import { SteppedClock } from '../clock/Clock';
import { apply } from '../cluster/apply';
import { ObjectStore } from '../cluster/ObjectStore';
import { refOf } from '../cluster/objects';
import { recording } from '../contract/__testUtils__/recordings';
import { KubernetesObject } from '../ports';
import {
  compare,
  differs,
  prepareTargets,
  TRACKING_ID,
  trackedBy,
} from './compare';
import { ApplicationSpec } from './types';

const spec: ApplicationSpec = {
  project: 'default',
  destination: { server: 'https://kubernetes.default.svc', namespace: 'web' },
  source: { repoURL: 'https://git.example.com/a/b.git', path: '.' },
};
const settings = (data: Record<string, string>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings' },
  data,
});
const deployment: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'registry/web:1' }] },
    },
  },
};

describe('compare', () => {
  let store: ObjectStore;
  beforeEach(() => {
    store = new ObjectStore(new SteppedClock());
  });
  const sync = (objects: KubernetesObject[]) => {
    const targets = prepareTargets('app', spec, objects);
    for (const target of targets)
      apply(store, target, { manager: 'argocd-controller', now: 0 });
    return targets;
  };
  const outcome = (targets: KubernetesObject[], wanted = spec) =>
    compare(store, 'app', wanted, targets).map(
      ({ target, live, synced }) =>
        `${(target ?? live)?.kind} ${target ? 'wanted' : 'extra'} ${
          live ? 'live' : 'missing'
        } ${synced}`,
    );

  it('finds nothing after a sync, defaults of the cluster included', () => {
    expect(outcome(sync([deployment, settings({ a: '1' })]))).toEqual([
      'ConfigMap wanted live true',
      'Deployment wanted live true',
    ]);
  });

  it('finds what was edited, is missing, or needs pruning', () => {
    const targets = sync([deployment, settings({ a: '1' })]);
    store.change(refOf(targets[0]), draft => {
      (draft.spec as { replicas: number }).replicas = 5;
    });
    store.delete(refOf(targets[1]));
    expect(outcome(targets)).toEqual([
      'ConfigMap wanted missing false',
      'Deployment wanted live false',
    ]);
    expect(outcome([])).toEqual(['Deployment extra live false']);
  });

  it('leaves alone what others added and git does not name', () => {
    const targets = sync([deployment]);
    store.change(refOf(targets[0]), draft => {
      draft.metadata.labels = { added: 'by hand' };
    });
    expect(outcome(targets)).toEqual(['Deployment wanted live true']);
  });

  it('takes away what was applied before and is wanted no more', () => {
    sync([settings({ a: '1', b: '2' })]);
    const targets = prepareTargets('app', spec, [settings({ a: '1' })]);
    expect(outcome(targets)).toEqual(['ConfigMap wanted live false']);
    expect(compare(store, 'app', spec, targets)[0].predicted?.data).toEqual({
      a: '1',
    });
  });

  it('ignores the differences that the Application names', () => {
    const targets = sync([deployment]);
    store.change(refOf(targets[0]), draft => {
      (draft.spec as { replicas: number }).replicas = 5;
    });
    const ignoring = (pointer: string) => ({
      ...spec,
      ignoreDifferences: [
        { group: 'apps', kind: 'Deployment', jsonPointers: [pointer] },
      ],
    });
    expect(outcome(targets, ignoring('/spec/replicas'))).toEqual([
      'Deployment wanted live true',
    ]);
    expect(outcome(targets, ignoring('/spec/paused'))).toEqual([
      'Deployment wanted live false',
    ]);
  });

  it('does not take a copy with the annotation of its original for its own', () => {
    const [target] = sync([settings({ a: '1' })]);
    expect(trackedBy(target)).toBe('app');
    expect(
      trackedBy({ ...target, metadata: { ...target.metadata, name: 'copy' } }),
    ).toBeUndefined();
  });
});

it('tracks as a real Argo CD does, with namespaces of the destination', () => {
  const { items } = recording('managed-resources').response.body as {
    items: Array<{ targetState: string }>;
  };
  const recorded = items.map(
    ({ targetState }) => JSON.parse(targetState) as KubernetesObject,
  );
  const bare = recorded.map(object => {
    const copy = structuredClone(object);
    delete copy.metadata.namespace;
    delete copy.metadata.annotations?.[TRACKING_ID];
    return copy;
  });
  const destination = { ...spec.destination, namespace: 'checkout-staging' };
  expect(
    prepareTargets('checkout-staging', { ...spec, destination }, bare),
  ).toEqual(recorded);
});

it('calls recorded drift different, and recorded peace the same', () => {
  const read = (name: string) =>
    (
      recording(name).response.body as {
        items: Array<Record<string, string | boolean | undefined>>;
      }
    ).items;
  for (const name of ['managed-resources', 'move-drift-managed-resources']) {
    for (const item of read(name)) {
      const live = JSON.parse(String(item.normalizedLiveState)) ?? undefined;
      const predicted = JSON.parse(String(item.predictedLiveState));
      expect(differs({ live, predicted })).toBe(item.modified ?? false);
    }
  }
});
