import { Application, ResourceStatus } from '../argocd/types';
import { orderBetween } from './order';

const application = (
  name: string,
  wave: string | undefined,
  resources: ResourceStatus[],
): Application => ({
  metadata: {
    name,
    namespace: 'argocd',
    annotations: wave ? { 'argocd.argoproj.io/sync-wave': wave } : {},
  },
  spec: { project: 'default' },
  status: { resources },
});
const platform = (wave?: string) =>
  application('cert-manager', wave, [
    { kind: 'CustomResourceDefinition', name: 'certificates.cert-manager.io' },
  ]);
const workload = (wave?: string) =>
  application('checkout', wave, [
    { group: 'cert-manager.io', kind: 'Certificate', name: 'checkout' },
    { group: 'apps', kind: 'Deployment', name: 'checkout' },
  ]);

describe('a workload and the platform that it depends on', () => {
  it.each([
    [undefined, undefined],
    ['0', '-1'],
    ['5', '5'],
  ])('is told when the platform is in wave %s and it in %s', (theirs, own) => {
    const [problem, ...others] = orderBetween(workload(own), () => [
      platform(theirs),
    ]);
    expect(others).toEqual([]);
    expect(problem.message).toBe(
      `checkout is in wave ${
        own ?? 0
      } of its root, and cert-manager, which defines the Certificate that it needs, in wave ${
        theirs ?? 0
      }`,
    );
    expect(problem.remedy).toContain(`"${Number(theirs ?? 0) + 1}"`);
  });

  it('is right in a later wave, or when nothing of the platform is needed', () => {
    expect(orderBetween(workload('1'), () => [platform()])).toEqual([]);
    const plain = application('plain', undefined, [
      { group: 'apps', kind: 'Deployment', name: 'plain' },
    ]);
    expect(orderBetween(plain, () => [platform()])).toEqual([]);
    const own = application('both', undefined, [
      ...(platform().status?.resources ?? []),
      ...(workload().status?.resources ?? []),
    ]);
    expect(orderBetween(own, () => [platform()])).toEqual([]);
  });

  it('looks at no other Application where there is nothing to look for', () => {
    const siblings = jest.fn(() => []);
    orderBetween(platform(), siblings);
    expect(siblings).not.toHaveBeenCalled();
  });
});
