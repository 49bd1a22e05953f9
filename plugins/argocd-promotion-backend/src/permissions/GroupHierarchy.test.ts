import { mockServices } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { GroupHierarchy } from './GroupHierarchy';

const group = (
  name: string,
  options: { parent?: string; childOf?: string[] } = {},
): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: { name, namespace: 'default' },
  spec: {
    type: 'team',
    children: [],
    ...(options.parent ? { parent: options.parent } : {}),
  },
  relations: (options.childOf ?? []).map(targetRef => ({
    type: 'childOf',
    targetRef,
  })),
});

async function hierarchy(entities: Entity[]) {
  const groups = new GroupHierarchy({
    catalog: catalogServiceMock({ entities }),
    auth: mockServices.auth(),
    logger: mockServices.logger.mock(),
  });
  await groups.refresh();
  return groups;
}

describe('GroupHierarchy', () => {
  it('finds every group below, by relation or parent, and none above or beside', async () => {
    const groups = await hierarchy([
      group('company'),
      group('shop', { childOf: ['group:default/Company'] }),
      group('payments', { parent: 'shop' }),
      group('search', { parent: 'group:default/shop' }),
      group('elsewhere'),
    ]);
    expect(groups.withSubgroups(['group:default/shop']).sort()).toEqual([
      'group:default/payments',
      'group:default/search',
      'group:default/shop',
    ]);
    expect(groups.withSubgroups(['group:default/company'])).toHaveLength(4);
    expect(
      groups.withSubgroups(['group:default/payments', 'user:default/ana']),
    ).toEqual(['group:default/payments', 'user:default/ana']);
  });

  it('ends at a circle', async () => {
    const groups = await hierarchy([
      group('a', { parent: 'b' }),
      group('b', { parent: 'a' }),
    ]);
    expect(groups.withSubgroups(['group:default/a']).sort()).toEqual([
      'group:default/a',
      'group:default/b',
    ]);
  });

  it('knows what it knew while the catalog does not answer', async () => {
    const catalog = catalogServiceMock({
      entities: [group('a', { parent: 'b' })],
    });
    const groups = new GroupHierarchy({
      catalog,
      auth: mockServices.auth(),
      logger: mockServices.logger.mock(),
    });
    await groups.refresh();
    catalog.streamEntities = () => {
      throw new Error('the catalog is down');
    };
    await expect(groups.refresh()).rejects.toThrow();
    expect(groups.withSubgroups(['group:default/b'])).toHaveLength(2);
  });
});
