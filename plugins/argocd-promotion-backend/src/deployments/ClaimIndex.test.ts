import { mockServices } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { component } from '../__testUtils__/startPlugin';
import { parseApplication } from '../argocd/parseApplication';
import { BindingConfig } from '../config/types';
import { ClaimIndex } from './ClaimIndex';
import { linksOf } from './linking';

const read: BindingConfig = { trustAnnotations: 'read' };
const payments = 'group:default/payments';
const search = 'group:default/search';
const claiming = (
  name: string,
  owner: string,
  annotations: Record<string, string> = { 'argocd/app-name': 'checkout-dev' },
) => component(name, { owner, annotations });
const application = (metadata: object = {}) => {
  const parsed = parseApplication({
    metadata: { name: 'checkout-dev', namespace: 'argocd', ...metadata },
    spec: { project: 'shop' },
  });
  if (!parsed) throw new Error('not an Application');
  return parsed;
};

async function rivalsOf(
  entity: Entity,
  others: Entity[],
  app = application(),
  binding = read,
): Promise<string[]> {
  const index = new ClaimIndex({
    catalog: catalogServiceMock({ entities: [entity, ...others] }),
    auth: mockServices.auth(),
    logger: mockServices.logger.mock(),
    binding,
  });
  await index.refresh();
  const own = linksOf(entity, binding).bind('main', app);
  if (!own) throw new Error('it is not bound at all');
  return index.rivals('main', app, entity, own);
}

describe('ClaimIndex', () => {
  const checkout = claiming('checkout', payments);

  it.each<[string, Entity, string[]]>([
    [
      'a claim of the same Application by another owner',
      claiming('finder', search),
      ['component:default/finder'],
    ],
    [
      'a claim by a selector',
      claiming('finder', search, { 'argocd/app-selector': '!nothing' }),
      ['component:default/finder'],
    ],
    [
      'a claim of the whole project',
      claiming('finder', search, { 'argocd/project-name': 'shop' }),
      ['component:default/finder'],
    ],
    ['a claim by the same owner', claiming('finder', payments), []],
    [
      'a claim of another Application',
      claiming('finder', search, { 'argocd/app-name': 'finder-dev' }),
      [],
    ],
    [
      'a claim in another instance',
      claiming('finder', search, {
        'argocd/app-name': 'checkout-dev',
        'argocd/instance-name': 'other',
      }),
      [],
    ],
    [
      'an entity that claims nothing',
      component('finder', { owner: search }),
      [],
    ],
  ])('%s', async (_, other, expected) => {
    expect(await rivalsOf(checkout, [other])).toEqual(expected);
  });

  it('tells both of two claimants', async () => {
    const finder = claiming('finder', search);
    expect(await rivalsOf(finder, [checkout])).toEqual([
      'component:default/checkout',
    ]);
  });

  it('does not let a claim weigh against a proof, but a proof against a claim', async () => {
    const app = application({
      annotations: { 'argocd-promotion.fairway.dev/entity': 'checkout' },
    });
    const finder = claiming('finder', search);
    expect(await rivalsOf(checkout, [finder], app)).toEqual([]);
    expect(await rivalsOf(finder, [checkout], app)).toEqual([
      'component:default/checkout',
    ]);
  });

  it('holds two entities with the same label id against each other', async () => {
    const labelled = { 'backstage.io/kubernetes-id': 'shared' };
    expect(
      await rivalsOf(
        claiming('checkout', payments, labelled),
        [claiming('finder', search, labelled)],
        application({ labels: labelled }),
      ),
    ).toEqual(['component:default/finder']);
  });

  it('takes a claim for proven within an AppProject of the owner, if configured', async () => {
    const binding: BindingConfig = {
      trustAnnotations: 'read',
      projects: [{ name: 'sh*', owners: [payments] }],
    };
    const finder = claiming('finder', search);
    expect(
      linksOf(checkout, binding).bind('main', application()),
    ).toMatchObject({
      kind: 'proof',
      reason: expect.stringContaining('AppProject shop'),
    });
    expect(linksOf(finder, binding).bind('main', application())?.kind).toBe(
      'claim',
    );
    expect(await rivalsOf(checkout, [finder], application(), binding)).toEqual(
      [],
    );
    const elsewhere = {
      ...binding,
      projects: [{ name: 'shop', instance: 'other', owners: [payments] }],
    };
    expect(linksOf(checkout, elsewhere).bind('main', application())?.kind).toBe(
      'claim',
    );
  });
});
