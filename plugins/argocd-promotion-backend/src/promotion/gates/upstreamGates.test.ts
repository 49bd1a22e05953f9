import { environmentConfig, IMAGE, World } from '../__testUtils__/world';
import { digestOf } from '../__testUtils__/samples';
import { selectUpstream } from '../plan/selectRelease';
import { createRelease } from '../../deployments/release';
import { upstreamGates } from './upstreamGates';

const release = createRelease([{ repository: IMAGE, digest: digestOf('2') }]);

/** `prod` is promoted from `dev` and `staging`; dev runs the release, staging an older one. */
function several(anyUpstream: boolean) {
  const world = new World();
  const { entityRef, pipeline, deployments, ...rest } = world.resolve({
    apiVersion: '1',
    kind: 'Component',
    metadata: { name: 'checkout' },
  });
  const [dev, staging] = deployments;
  const prod = {
    ...staging,
    environment: environmentConfig('prod', {
      promotesFrom: ['staging', 'dev'],
      anyUpstream,
    }),
    applications: [
      {
        ...world.applications.staging,
        images: [{ ...world.applications.staging.images[0] }],
      },
    ],
  };
  return {
    world,
    dev,
    staging,
    prod,
    resolved: {
      entityRef,
      pipeline,
      deployments: [dev, staging, prod],
      ...rest,
    },
  };
}

describe('promotesFrom with several environments', () => {
  it('asks for the release in all of them', () => {
    const { dev, prod, resolved } = several(false);
    expect(
      upstreamGates(resolved.deployments, prod, dev, release).map(
        ({ title, state }) => [title, state],
      ),
    ).toEqual([
      ['Verified in staging', 'pending'],
      ['Verified in dev', 'passed'],
    ]);
    expect(selectUpstream(resolved, prod, undefined).environment.name).toBe(
      'staging',
    );
  });

  it('takes, with any, the one that has something new', () => {
    const { dev, prod, resolved } = several(true);
    const upstream = selectUpstream(resolved, prod, undefined);
    expect(upstream.environment.name).toBe('dev');
    expect(upstreamGates(resolved.deployments, prod, dev, release)).toEqual([
      {
        kind: 'upstream',
        title: 'Verified in dev',
        state: 'passed',
        reason: 'dev runs this release synced and healthy',
      },
    ]);
  });

  it('is pending where an environment is not there, and silent with one', () => {
    const { dev, staging, prod } = several(false);
    expect(upstreamGates([], prod, dev, release)[0]).toMatchObject({
      state: 'pending',
    });
    expect(upstreamGates([dev, staging], staging, dev, release)).toEqual([]);
  });
});
