import { parseApplication } from '../argocd/parseApplication';
import { Application } from '../argocd/types';
import { linksOf } from './linking';

const app = (metadata: object, project = 'shop'): Application => {
  const parsed = parseApplication({
    metadata: { name: 'checkout-dev', namespace: 'argocd', ...metadata },
    spec: { project },
  });
  if (!parsed) throw new Error('not an Application');
  return parsed;
};
const entity = (annotations: Record<string, string> = {}) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'checkout', annotations },
});
const bind = (
  annotations: Record<string, string>,
  application: Application,
  trustAnnotations: 'none' | 'read' | 'all' = 'read',
  instance = 'main',
) =>
  linksOf(entity(annotations), { trustAnnotations }).bind(instance, application)
    ?.kind;
const ours = 'argocd-promotion.fairway.dev/entity';

describe('which Applications are an entity’s', () => {
  it.each<[string, Record<string, string>, Application, string | undefined]>([
    ['a name', { 'argocd/app-name': 'checkout-dev' }, app({}), 'claim'],
    [
      'one of several names',
      { 'argocd/app-name': 'x, checkout-dev' },
      app({}),
      'claim',
    ],
    ['another name', { 'argocd/app-name': 'checkout' }, app({}), undefined],
    [
      'a selector',
      { 'argocd/app-selector': 'team=pay,tier!=db' },
      app({ labels: { team: 'pay' } }),
      'claim',
    ],
    [
      'a selector that does not fit',
      { 'argocd/app-selector': 'team in (a,b)' },
      app({ labels: { team: 'c' } }),
      undefined,
    ],
    ['a project', { 'argocd/project-name': 'shop' }, app({}), 'claim'],
    [
      'a name in another namespace',
      { 'argocd/app-name': 'checkout-dev', 'argocd/app-namespace': 'apps' },
      app({}),
      undefined,
    ],
    [
      'a name in another instance',
      { 'argocd/app-name': 'checkout-dev', 'argocd/instance-name': 'a,b' },
      app({}),
      undefined,
    ],
    [
      'the label alone',
      {},
      app({ labels: { 'backstage.io/kubernetes-id': 'checkout' } }),
      'proof',
    ],
    [
      'the label that the entity names',
      { 'backstage.io/kubernetes-id': 'c' },
      app({ labels: { 'backstage.io/kubernetes-id': 'c' } }),
      'proof',
    ],
    [
      'our annotation',
      {},
      app({ annotations: { [ours]: 'component:default/checkout' } }),
      'proof',
    ],
    ['our label', {}, app({ labels: { [ours]: 'default.checkout' } }), 'proof'],
    [
      'our annotation of another',
      { 'argocd/app-name': 'checkout-dev' },
      app({ annotations: { [ours]: 'component:default/x' } }),
      'claim',
    ],
  ])('%s', (_, annotations, application, expected) => {
    expect(bind(annotations, application)).toBe(expected);
  });

  it('trusts annotations as configured, but never against what the Application says', () => {
    const claim = { 'argocd/app-name': 'checkout-dev' };
    expect(bind(claim, app({}), 'none')).toBeUndefined();
    expect(bind(claim, app({}), 'all')).toBe('proof');
    expect(
      bind(
        claim,
        app({ annotations: { [ours]: 'component:default/x' } }),
        'all',
      ),
    ).toBe('claim');
  });

  it('says what is wrong with a selector', () => {
    expect(
      linksOf(entity({ 'argocd/app-selector': 'a in (' }), {
        trustAnnotations: 'read',
      }).errors,
    ).toHaveLength(1);
  });
});
