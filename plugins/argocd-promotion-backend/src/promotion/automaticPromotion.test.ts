import { samplePromotion, digestOf } from './__testUtils__/samples';
import { entity, IMAGE, World } from './__testUtils__/world';
import { automaticPromotion } from './automaticPromotion';
import { createRelease } from '../deployments/release';
import { StoredPromotion } from './types';

const release = createRelease([{ repository: IMAGE, digest: digestOf('2') }]);
const endedAt = '2026-11-24T10:00:00.000Z';

describe('automaticPromotion', () => {
  const decide = (
    change: (world: World) => void = () => {},
    known: { promotions?: StoredPromotion[]; held?: boolean } = {},
  ) => {
    const world = new World();
    change(world);
    const pipeline = world.resolve(entity);
    return automaticPromotion({
      pipeline,
      target: pipeline.deployments[1],
      promotions: known.promotions ?? [],
      ...(known.held
        ? {
            hold: {
              entityRef: pipeline.entityRef,
              heldBy: 'user:default/ana',
              at: endedAt,
              reason: 'Black Friday',
            },
          }
        : {}),
    });
  };

  it('promotes what runs healthy upstream, also after another that has ended', () => {
    for (const promotions of [
      [],
      [samplePromotion({ state: 'failed', endedAt })],
      [samplePromotion({ state: 'succeeded', endedAt, release })],
      [samplePromotion({ state: 'superseded', endedAt, release })],
      [samplePromotion({ state: 'waiting' })],
    ])
      expect(decide(undefined, { promotions })).toMatchObject({ release });
  });

  it.each<[string, ReturnType<typeof decide>, RegExp]>([
    [
      'up to date',
      decide(({ applications }) => {
        applications.staging.images = applications.dev.images;
      }),
      /^staging runs what dev runs$/,
    ],
    [
      'held',
      decide(undefined, { held: true }),
      /^Held by user:default\/ana since 2026-11-24T10:00:00.000Z: Black Friday$/,
    ],
    [
      'under way',
      decide(undefined, {
        promotions: [
          samplePromotion({ state: 'syncing', message: 'Committed' }),
        ],
      }),
      /^A promotion is under way: Committed$/,
    ],
    [
      'waiting with the same release',
      decide(undefined, {
        promotions: [
          samplePromotion({ release, message: 'Soaked: too short' }),
        ],
      }),
      /under way: Soaked/,
    ],
    [
      'failed before',
      decide(undefined, {
        promotions: [samplePromotion({ state: 'failed', endedAt, release })],
      }),
      /ended as failed; promote it yourself/,
    ],
    [
      'failed before, and rolled back since',
      decide(undefined, {
        promotions: [
          samplePromotion({ state: 'succeeded', endedAt }),
          samplePromotion({ state: 'failed', endedAt, release }),
        ],
      }),
      /ended as failed; promote it yourself/,
    ],
    [
      'unhealthy upstream',
      decide(({ applications }) => {
        applications.dev.application.status!.health = { status: 'Degraded' };
      }),
      /checkout-dev is Degraded/,
    ],
    [
      'unknown upstream',
      decide(({ applications }) => {
        applications.dev.images = [{ repository: IMAGE, source: 'unknown' }];
      }),
      /dev/,
    ],
  ])('waits when %s', (_, { waits }: { waits?: string }, reason) => {
    expect(waits).toMatch(reason);
  });
});
