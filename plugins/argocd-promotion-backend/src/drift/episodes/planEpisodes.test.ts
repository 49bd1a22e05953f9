import * as fc from 'fast-check';
import { Application } from '../../argocd/types';
import { observe } from './observe';
import { OpenEpisode, planEpisodes, resourceId } from './planEpisodes';

const at = (seconds: number) =>
  new Date(Date.parse('2026-11-25T10:00:00Z') + seconds * 1_000);
const names = ['a', 'b', 'c'];

function application(
  version: number,
  drifted: string[],
  more: Partial<NonNullable<Application['status']>> = {},
): Application {
  return {
    metadata: {
      name: 'checkout',
      namespace: 'argocd',
      resourceVersion: String(version),
    },
    spec: { project: 'shop' },
    status: {
      sync: { status: drifted.length ? 'OutOfSync' : 'Synced', revision: 'r1' },
      resources: [
        ...names.map(name => ({
          kind: 'ConfigMap',
          namespace: 'prod',
          name,
          status: drifted.includes(name) ? 'OutOfSync' : 'Synced',
        })),
        { kind: 'Job', namespace: 'prod', name: 'migrate', hook: true },
      ],
      ...more,
    },
  };
}

const healing = (startedAt: string, ...of: string[]) => ({
  operationState: {
    phase: 'Succeeded',
    startedAt,
    finishedAt: startedAt,
    operation: {
      sync: {
        autoHealAttemptsCount: 1,
        resources: [
          ...of.map(name => ({ kind: 'ConfigMap', name })),
          { kind: 'Job', name: 'migrate' },
        ],
      },
    },
  },
});

const lasting = (name: string, seconds = 0, version = 1): OpenEpisode => ({
  resource: { kind: 'ConfigMap', namespace: 'prod', name },
  difference: 'differs',
  startedAt: at(seconds).toISOString(),
  startedVersion: String(version).padStart(24, '0'),
});

describe('episodes', () => {
  it('begin with what differs now and did not, and say whether git or the cluster moved', () => {
    const now = observe(application(2, ['a', 'b']), at(0));
    const causes = (revisions?: string) =>
      planEpisodes({ open: [lasting('a')], revisions }, now).begin.map(
        ({ resource, cause }) => [resource.name, cause],
      );
    expect(causes('r1')).toEqual([['b', 'cluster']]);
    expect(causes('r0')).toEqual([['b', 'git']]);
    expect(causes()).toEqual([['b', 'unknown']]);
    const deployed = application(2, ['b'], {
      history: [{ id: 1, revision: 'r1', deployedAt: at(-60).toISOString() }],
    });
    expect(
      planEpisodes({ open: [] }, observe(deployed, at(0))).begin[0].cause,
    ).toBe('cluster');
  });

  it('end with what is equal again, and say how', () => {
    const end = (more: object, version = 3) =>
      planEpisodes(
        { open: [lasting('a')] },
        observe(application(version, [], more), at(60)),
      ).end.map(({ ended, endedAt }) => [ended, endedAt]);
    expect(end({})).toEqual([['restored', at(60).toISOString()]]);
    expect(end(healing(at(50).toISOString(), 'a'))).toEqual([
      ['self-heal', at(50).toISOString()],
    ]);
    // One of another object, and one of long ago.
    expect(end(healing(at(50).toISOString(), 'b'))[0][0]).toBe('sync');
    expect(end(healing(at(-600).toISOString(), 'a'))[0][0]).toBe('restored');
    // A version from before the drift, that arrives late.
    expect(end({}, 0)).toEqual([]);
  });

  it('are told by a self-heal alone, without its hooks, and once when seen before', () => {
    const healed = (open: OpenEpisode[], drifted: string[] = []) =>
      planEpisodes(
        { open },
        observe(
          application(3, drifted, healing(at(5).toISOString(), 'a')),
          at(6),
        ),
      ).healed;
    expect(healed([])).toEqual([
      {
        resource: { kind: 'ConfigMap', namespace: 'prod', name: 'a' },
        startedAt: at(5).toISOString(),
        endedAt: at(5).toISOString(),
      },
    ]);
    expect(healed([lasting('a')])).toEqual([]);
    expect(healed([], ['a'])).toEqual([]);
  });

  it('are, whatever happens, exactly those of what differs now', () => {
    fc.assert(
      fc.property(fc.array(fc.subarray(names), { maxLength: 12 }), states => {
        let open: OpenEpisode[] = [];
        let ended = 0;
        let begun = 0;
        states.forEach((drifted, i) => {
          const now = observe(application(i + 1, drifted), at(i));
          const { begin, end } = planEpisodes({ open }, now);
          begun += begin.length;
          ended += end.length;
          const gone = new Set(end.map(({ resource }) => resourceId(resource)));
          open = [
            ...open.filter(({ resource }) => !gone.has(resourceId(resource))),
            ...begin.map(({ resource, startedAt }) => ({
              resource,
              difference: resource.difference,
              startedAt,
              startedVersion: now.version,
            })),
          ];
          expect(open.map(({ resource }) => resource.name).sort()).toEqual(
            [...drifted].sort(),
          );
        });
        expect(begun - ended).toBe(open.length);
      }),
    );
  });
});
