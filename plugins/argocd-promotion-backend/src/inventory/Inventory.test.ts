import { mockServices } from '@backstage/backend-test-utils';
import { HttpArgocdClient } from '../argocd/HttpArgocdClient';
import { InstanceConfig } from '../config/types';
import { RecordedArgocd } from '../__testUtils__/RecordedArgocd';
import { until } from '../__testUtils__/until';
import { Inventory } from './Inventory';

const stops: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function recorded(): Promise<RecordedArgocd> {
  const argocd = await RecordedArgocd.start();
  stops.push(() => argocd.close());
  return argocd;
}

const config = (
  name: string,
  url: string,
  more: Partial<InstanceConfig> = {},
): InstanceConfig => ({
  name,
  url,
  credentials: { token: 'token-of-backstage' },
  skipTlsVerify: false,
  headers: {},
  ...more,
});

function start(instances: InstanceConfig[]) {
  const inventory = new Inventory({
    instances,
    createClient: each => HttpArgocdClient.fromConfig(each, { timeoutMs: 500 }),
    logger: mockServices.logger.mock(),
    podLimits: { aheadIntervalMs: 0 },
    coalesceMs: 10,
  });
  stops.push(() => inventory.stop());
  const changes: string[] = [];
  inventory.onChange(keys => changes.push(...keys));
  inventory.start();
  const loaded = (name: string) =>
    until(() =>
      inventory.instances().some(one => one.name === name && !one.staleSince)
        ? true
        : undefined,
    );
  return { inventory, changes, loaded };
}

const staging = { namespace: 'argocd', name: 'checkout-staging' };
const requestsOf = (argocd: RecordedArgocd, part: string) =>
  argocd.requests.filter(({ url }) => url.includes(part)).length;

describe('Inventory', () => {
  it('takes up Instances and leaves them as the configuration changes, and touches no other', async () => {
    const [main, other] = [await recorded(), await recorded()];
    const { inventory, changes, loaded } = start([config('main', main.url)]);
    await loaded('main');
    inventory.configure([config('main', main.url), config('other', other.url)]);
    await loaded('other');
    expect(inventory.has({ instance: 'other', ...staging })).toBe(true);
    changes.length = 0;
    inventory.configure([config('other', other.url)]);
    expect(inventory.instanceNames()).toEqual(['other']);
    expect(inventory.has({ instance: 'main', ...staging })).toBe(false);
    await until(() =>
      changes.includes('main/argocd/checkout-staging') ? true : undefined,
    );
    expect(requestsOf(main, '/stream/')).toBe(1);
    expect(requestsOf(other, '/stream/')).toBe(1);
  });

  it('shows what it knew while an Instance is read anew with other credentials', async () => {
    const main = await recorded();
    const { inventory, loaded } = start([config('main', main.url)]);
    await loaded('main');
    main.intercept = () => true;
    inventory.configure([
      config('main', main.url, { credentials: { token: 'another-token' } }),
    ]);
    const key = { instance: 'main', ...staging };
    expect(inventory.peek(key)?.staleSince).toBeDefined();
    main.intercept = undefined;
    await until(() => (inventory.peek(key)?.staleSince ? undefined : true));
  });

  it('reads Pods ahead once for what runs, and again for those that are looked at', async () => {
    const main = await recorded();
    const { inventory, loaded } = start([config('main', main.url)]);
    await loaded('main');
    const key = { instance: 'main', ...staging };
    const tree = 'checkout-staging/resource-tree';
    await until(() =>
      inventory.peek(key)?.images[0]?.source === 'pod' ? true : undefined,
    );
    expect(requestsOf(main, tree)).toBe(1);
    expect(requestsOf(main, '/revisions/')).toBe(0);
    const application = inventory.peek(key)?.application;
    const emit = (resourceVersion: string, health: string) =>
      main.emit({
        type: 'MODIFIED',
        application: {
          ...application,
          metadata: { ...application?.metadata, resourceVersion },
          status: { ...application?.status, health: { status: health } },
        },
      });
    emit('900000001', 'Degraded');
    await until(() =>
      inventory.peek(key)?.application.status?.health?.status === 'Degraded'
        ? true
        : undefined,
    );
    expect(requestsOf(main, tree)).toBe(1);

    inventory.get(key);
    await until(() =>
      inventory.peek(key)?.lastCommit?.metadata?.author ? true : undefined,
    );
    await until(() => (requestsOf(main, tree) === 2 ? true : undefined));
    const pods = requestsOf(main, 'checkout-staging/resource?');
    emit('900000002', 'Healthy');
    await until(() => (requestsOf(main, tree) === 3 ? true : undefined));
    // Pinned Pods that were read do not change.
    expect(requestsOf(main, 'checkout-staging/resource?')).toBe(pods);
    const asked = main.requests.length;
    for (let i = 0; i < 5; i += 1) inventory.get(key);
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(
      main.requests
        .slice(asked)
        .filter(({ url }) => url.includes('checkout-staging')),
    ).toEqual([]);
  });
});
