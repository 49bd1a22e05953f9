import { DriftEpisode } from '@fairway/backstage-plugin-argocd-promotion-common';
import { parse } from 'yaml';
import { fightOf, ignoreDifferences } from './fights';
import { repeatedDrift } from './repeats';

const now = new Date('2026-11-25T12:00:00.000Z');
const config = { count: 3, windowMs: 24 * 3_600_000 };
const deployment = {
  group: 'apps',
  kind: 'Deployment',
  namespace: 'prod',
  name: 'checkout',
};
const episode = (
  hoursAgo: number,
  path: string | undefined,
  more: Partial<DriftEpisode> = {},
): DriftEpisode => ({
  id: `${hoursAgo}`,
  application: { instance: 'main', namespace: 'argocd', name: 'checkout' },
  environment: 'prod',
  resource: deployment,
  difference: 'differs',
  cause: 'cluster',
  startedAt: new Date(now.getTime() - hoursAgo * 3_600_000).toISOString(),
  endedAt: now.toISOString(),
  ended: 'self-heal',
  fields:
    path === undefined
      ? []
      : [
          {
            path,
            difference: 'changed',
            git: '2',
            live: '5',
            changedBy: { manager: 'kube-controller-manager' },
          },
        ],
  changes: 0,
  ...more,
});

describe('repeated drift', () => {
  it('counts the same field within the window, and nothing else', () => {
    const found = repeatedDrift(
      [
        episode(1, 'spec.replicas'),
        episode(2, 'spec.replicas'),
        episode(3, 'spec.replicas'),
        // Too old, another field, and what git did itself.
        episode(25, 'spec.replicas'),
        episode(1, 'spec.paused'),
        episode(1, 'spec.paused'),
        ...[4, 5, 6].map(hours =>
          episode(hours, 'data.level', { cause: 'git' }),
        ),
      ],
      config,
      now,
    );
    expect(found).toMatchObject([
      {
        path: 'spec.replicas',
        count: 3,
        environment: 'prod',
        lastAt: '2026-11-25T11:00:00.000Z',
        firstAt: '2026-11-25T09:00:00.000Z',
      },
    ]);
  });

  it('counts the changes of one that lasts, and objects whose fields were never caught', () => {
    const lasting = { ended: undefined, endedAt: undefined };
    expect(
      repeatedDrift(
        [episode(48, 'spec.replicas', { ...lasting, changes: 3 })],
        config,
        now,
      ),
    ).toMatchObject([{ count: 3 }]);
    const [unknown] = repeatedDrift(
      [1, 2, 3].map(hours => episode(hours, undefined)),
      config,
      now,
    );
    expect(unknown).toMatchObject({ count: 3 });
    expect(unknown.path).toBeUndefined();
    expect(unknown.fight.explanation).toMatch(/who does it was not recorded/);
  });
});

describe('who fights whom', () => {
  it('names an autoscaler, and what would end it', () => {
    const [{ fight }] = repeatedDrift(
      [1, 2, 3].map(hours => episode(hours, 'spec.replicas')),
      config,
      now,
    );
    expect(fight.explanation).toBe(
      'A HorizontalPodAutoscaler (kube-controller-manager) sets spec.replicas of Deployment checkout, and git sets replicas too: self-heal of Argo CD sets it back',
    );
    expect(parse(fight.ignoreDifferences ?? '')).toEqual({
      spec: {
        ignoreDifferences: [
          { ...deployment, jsonPointers: ['/spec/replicas'] },
        ],
        syncPolicy: { syncOptions: ['RespectIgnoreDifferences=true'] },
      },
    });
  });

  it('tells people from controllers', () => {
    const of = (managers: string[]) =>
      fightOf({
        resource: deployment,
        path: 'spec.paused',
        managers,
        healed: 0,
      }).explanation;
    expect(of(['kubectl-edit'])).toMatch(/by hand \(kubectl-edit\)/);
    expect(of(['flagger'])).toBe(
      'flagger sets spec.paused of Deployment checkout, and git says something else',
    );
    // The same manager writes other fields for other reasons.
    expect(of(['kube-controller-manager'])).not.toMatch(/Autoscaler/);
  });

  it.each([
    [
      'spec.template.spec.containers[checkout].env[LOG_LEVEL].value',
      {
        jqPathExpressions: [
          '.spec.template.spec.containers[] | select(.name == "checkout") | .env[] | select(.name == "LOG_LEVEL") | .value',
        ],
      },
    ],
    [
      'metadata.annotations["example.com/a~b"]',
      { jsonPointers: ['/metadata/annotations/example.com~1a~0b'] },
    ],
    ['spec.ports[80/TCP].nodePort', { managedFieldsManagers: ['someone'] }],
  ])('writes ignoreDifferences for %s', (path, wanted) => {
    const yaml = ignoreDifferences(deployment, path, ['someone']);
    expect(parse(yaml ?? '').spec.ignoreDifferences[0]).toMatchObject(wanted);
    expect(ignoreDifferences(deployment, undefined, [])).toBeUndefined();
  });
});
