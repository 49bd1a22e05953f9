import { Entity } from '@backstage/catalog-model';
import fc from 'fast-check';
import { Application } from '../argocd/types';
import { facetsOf } from '../inventory/facets';
import { linksOf } from './linking';

const MARK = 'argocd-promotion.fairway.dev/entity';
const ID = 'backstage.io/kubernetes-id';

const some = (...values: string[]) =>
  fc.option(fc.constantFrom(...values), { nil: undefined });
const dictionary = (from: Record<string, string | undefined>) =>
  Object.fromEntries(
    Object.entries(from).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;

const entities = fc
  .record({
    kind: fc.constantFrom('Component', 'API'),
    name: fc.constantFrom('shop', 'cart'),
    namespace: fc.constantFrom('default', 'web'),
    [ID]: some('shop', 'cart', 'other'),
    'argocd/app-name': some('shop', 'cart, shop', 'other'),
    'argocd/app-selector': some(
      'app=shop',
      'app in (shop, cart)',
      'app!=shop',
      'x,app==cart',
      'app notin (cart)',
      'not a selector)',
    ),
    'argocd/project-name': some('red', 'blue'),
    'argocd/app-namespace': some('argocd'),
  })
  .map(
    ({ kind, name, namespace, ...annotations }): Entity => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind,
      metadata: { name, namespace, annotations: dictionary(annotations) },
      spec: { owner: 'team' },
    }),
  );

const applications = fc
  .record({
    name: fc.constantFrom('shop', 'cart', 'other'),
    project: fc.constantFrom('red', 'blue'),
    app: some('shop', 'cart'),
    x: some('1'),
    id: some('shop', 'cart'),
    label: some('shop', 'Web.Shop', 'web.cart', 'default.shop'),
    annotation: some(
      'shop',
      'Shop',
      'web/shop',
      'default/cart',
      'component:cart',
      'API:web/shop',
      'api:shop',
      'component:default/shop',
    ),
  })
  .map(
    ({ name, project, app, x, id, label, annotation }) =>
      ({
        metadata: {
          name,
          namespace: 'argocd',
          labels: dictionary({ app, x, [ID]: id, [MARK]: label }),
          annotations: dictionary({ [MARK]: annotation }),
        },
        spec: { project },
        status: {},
      } as unknown as Application),
  );

describe('the facets of links', () => {
  it('leave out no Application that is the entity’s', () => {
    fc.assert(
      fc.property(
        entities,
        applications,
        fc.constantFrom('none' as const, 'read' as const, 'all' as const),
        (entity, application, trustAnnotations) => {
          const links = linksOf(entity, { trustAnnotations });
          if (!links.bind('main', application) || !links.facets) return;
          const own = new Set(facetsOf(application));
          expect(links.facets.some(facet => own.has(facet))).toBe(true);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
