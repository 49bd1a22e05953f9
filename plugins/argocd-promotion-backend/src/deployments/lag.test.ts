import { parseApplication } from '../argocd/parseApplication';
import { Inventory, InventoryApplication } from '../inventory/Inventory';
import { ReleaseSightings } from '../inventory/ReleaseSightings';
import { lagOf, sinceOf } from './lag';
import { createRelease } from './release';
import { Deployment } from './types';

const repository = 'registry.example.com/shop/checkout';

/** An environment whose Application is deployed, step by step, as the inventory would tell. */
function environment(
  name: string,
  clock: { now: Date },
  promotesFrom: string[] = [],
) {
  const history: Array<{ id: number; deployedAt: string }> = [];
  let known: InventoryApplication;
  const inventory: Pick<Inventory, 'peek'> = { peek: () => known };
  const deploy = (
    sightings: ReleaseSightings,
    digest: string,
    deployedAt: string,
    { look = true, entersHistory = true } = {},
  ): Deployment => {
    clock.now = new Date(deployedAt);
    if (entersHistory) history.push({ id: history.length, deployedAt });
    const application = parseApplication({
      metadata: { name, namespace: 'argocd' },
      spec: { project: 'shop' },
      status: { history: [...history] },
    });
    if (!application) throw new Error('not an Application');
    const image = { repository, digest, source: 'pod' as const };
    known = { instance: 'main', application, images: [image] };
    if (look) sightings.see([`main/argocd/${name}`], inventory);
    return {
      entityRef: 'component:default/checkout',
      environment: {
        name,
        promotesFrom,
        match: {},
        delivery: 'commit',
        gates: [],
        approvals: { required: 0, groups: [] },
        promoters: [],
        onFailure: 'hold',
      },
      applications: [{ ...known, binding: { kind: 'proof', reason: 'test' } }],
      release: createRelease([{ repository, digest }]),
    };
  };
  return deploy;
}
const at = (day: number) => `2026-05-0${day}T10:00:00Z`;

describe('lag', () => {
  const setUp = () => {
    const clock = { now: new Date(0) };
    const sightings = new ReleaseSightings({ now: () => clock.now });
    const context = {
      sightings: (
        { instance, application: { metadata } }: Deployment['applications'][0],
        image: string,
      ) => sightings.of({ instance, ...metadata }, image),
    };
    return {
      sightings,
      context,
      clock,
      dev: environment('dev', clock),
      staging: environment('staging', clock, ['dev']),
    };
  };

  it('counts releases, not commits, and begins with the first commit of the release', () => {
    const { sightings, context, dev, staging } = setUp();
    const here = staging(sightings, 'sha256:a', at(1));
    dev(sightings, 'sha256:a', at(1));
    dev(sightings, 'sha256:b', at(2));
    dev(sightings, 'sha256:c', at(3));
    const upstream = dev(sightings, 'sha256:c', at(4));
    expect(lagOf(here, [upstream, here], context)).toEqual({
      from: 'dev',
      releases: 2,
      since: at(3),
    });
    expect(sinceOf(upstream, context)).toBe(at(3));
    expect(sinceOf(here, context)).toBe(at(1));
  });

  it('does not claim to know what happened before it looked', () => {
    const { sightings, context, dev, staging } = setUp();
    const here = staging(sightings, 'sha256:a', at(1));
    dev(sightings, 'sha256:a', at(1), { look: false });
    dev(sightings, 'sha256:b', at(2), { look: false });
    const upstream = dev(sightings, 'sha256:c', at(3));
    expect(lagOf(here, [upstream, here], context)).toEqual({ from: 'dev' });
    expect(sinceOf(upstream, context)).toBeUndefined();
  });

  it('counts from the last time that upstream ran what runs here', () => {
    const { sightings, context, dev, staging } = setUp();
    const here = staging(sightings, 'sha256:a', at(1));
    dev(sightings, 'sha256:a', at(1));
    dev(sightings, 'sha256:b', at(2));
    dev(sightings, 'sha256:a', at(3));
    const upstream = dev(sightings, 'sha256:b', at(4));
    expect(lagOf(here, [upstream, here], context)).toEqual({
      from: 'dev',
      releases: 1,
      since: at(4),
    });
  });

  it('begins when the Pods change, though the operation ends later', () => {
    const { sightings, context, dev } = setUp();
    dev(sightings, 'sha256:a', at(1));
    dev(sightings, 'sha256:b', at(2), { entersHistory: false });
    const upstream = dev(sightings, 'sha256:b', at(3));
    expect(sinceOf(upstream, context)).toBe('2026-05-02T10:00:00.000Z');
  });

  it('is none when both run the same', () => {
    const { sightings, context, dev, staging } = setUp();
    const here = staging(sightings, 'sha256:a', at(1));
    const upstream = dev(sightings, 'sha256:a', at(2));
    expect(lagOf(here, [upstream, here], context)).toBeUndefined();
  });
});
