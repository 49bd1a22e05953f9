import { createConditionAuthorizer } from '@backstage/plugin-permission-node';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { deploymentReadPermission } from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  argocdPromotionConditions as when,
  createArgocdPromotionConditionalDecision as decide,
} from './conditions';
import { DeploymentResource, deploymentRules } from './rules';

const resource: DeploymentResource = {
  entityRef: 'component:default/checkout',
  environment: 'prod',
  owners: ['group:default/payments'],
  projects: ['shop', 'shop-data'],
  labels: { tier: 'edge', empty: '' },
};
const authorize = createConditionAuthorizer(Object.values(deploymentRules));

type Criteria = Parameters<typeof decide>[1];

describe('rules about deployments', () => {
  it.each<[string, Criteria, boolean, Partial<DeploymentResource>?]>([
    ['an owner', when.isOwner({ claims: ['group:default/payments'] }), true],
    [
      'an owner in capitals',
      when.isOwner({ claims: ['Group:Default/Payments'] }),
      true,
    ],
    [
      'somebody else',
      when.isOwner({ claims: ['group:default/search'] }),
      false,
    ],
    ['nobody', when.isOwner({ claims: [] }), false],
    [
      'an environment',
      when.inEnvironment({ environments: ['dev', 'prod'] }),
      true,
    ],
    [
      'another environment',
      when.inEnvironment({ environments: ['Prod'] }),
      false,
    ],
    [
      'all projects',
      when.inProject({ projects: ['shop', 'shop-data', 'x'] }),
      true,
    ],
    ['one project of two', when.inProject({ projects: ['shop'] }), false],
    [
      'a project where there is no Application',
      when.inProject({ projects: ['shop'] }),
      false,
      { projects: [] },
    ],
    ['a label', when.hasLabel({ label: 'tier' }), true],
    ['a label without a value', when.hasLabel({ label: 'empty' }), true],
    [
      'a label with its value',
      when.hasLabel({ label: 'tier', value: 'edge' }),
      true,
    ],
    [
      'a label with another value',
      when.hasLabel({ label: 'tier', value: 'core' }),
      false,
    ],
    ['a missing label', when.hasLabel({ label: 'x' }), false],
    ['what every object has', when.hasLabel({ label: 'toString' }), false],
    [
      'both',
      {
        allOf: [when.hasLabel({ label: 'tier' }), when.isOwner({ claims: [] })],
      },
      false,
    ],
    [
      'either',
      {
        anyOf: [when.hasLabel({ label: 'tier' }), when.isOwner({ claims: [] })],
      },
      true,
    ],
    [
      'its opposite',
      { not: when.inEnvironment({ environments: ['prod'] }) },
      false,
    ],
  ])('decide by %s', (_, criteria, expected, other = {}) => {
    const decision: PolicyDecision = decide(deploymentReadPermission, criteria);
    expect(decision.result).toBe(AuthorizeResult.CONDITIONAL);
    expect(authorize(decision, { ...resource, ...other })).toBe(expected);
  });
});
