import { createExtensionTester } from '@backstage/frontend-test-utils';
import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import plugin from './alpha';
import * as root from './index';
import { isArgocdPromotionAvailable } from './available';

describe('the plugin in both frontend systems', () => {
  it('brings an entity tab named Promotion', () => {
    const tab = createExtensionTester(
      plugin.getExtension('entity-content:argocd-promotion'),
    );
    expect(tab.get(EntityContentBlueprint.dataRefs.title)).toBe('Promotion');
  });

  it('has no default export at the root, where an app of the new system would load it twice', () => {
    expect(root).not.toHaveProperty('default');
    expect(root.argocdPromotionPlugin.getId()).toBe('argocd-promotion');
  });

  it('shows on components, and on others that name Applications', () => {
    const entity = (kind: string, annotations = {}) => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind,
      metadata: { name: 'checkout', annotations },
    });
    expect(isArgocdPromotionAvailable(entity('Component'))).toBe(true);
    expect(isArgocdPromotionAvailable(entity('System'))).toBe(false);
    expect(
      isArgocdPromotionAvailable(
        entity('System', { 'argocd/project-name': 'shop' }),
      ),
    ).toBe(true);
  });
});
