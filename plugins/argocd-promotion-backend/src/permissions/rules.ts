import {
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import { RESOURCE_TYPE_ARGOCD_PROMOTION_DEPLOYMENT } from '@fairway/backstage-plugin-argocd-promotion-common';
import { z } from 'zod';

/**
 * What a permission policy may decide upon: one entity in one environment.
 *
 * @public
 */
export interface DeploymentResource {
  entityRef: string;
  environment: string;
  /** Entity refs that own the entity. */
  owners: string[];
  /** AppProjects of its Applications there. */
  projects: string[];
  /** Labels of the entity. */
  labels: Record<string, string>;
}

/**
 * What the rules make of their parameters: deployments of which one property has one of the values.
 *
 * @public
 */
export type DeploymentFilter = {
  property: 'owner' | 'environment' | 'project' | 'label';
  values: string[];
};

/** Resource `<entityRef>#<environment>`. */
export const deploymentResourceRef = createPermissionResourceRef<
  DeploymentResource,
  DeploymentFilter
>().with({
  pluginId: 'argocd-promotion',
  resourceType: RESOURCE_TYPE_ARGOCD_PROMOTION_DEPLOYMENT,
});

const isOwner = createPermissionRule({
  name: 'IS_OWNER',
  description: 'Allow when one of the claims owns the entity',
  resourceRef: deploymentResourceRef,
  paramsSchema: z.object({
    claims: z.array(z.string()).describe('Entity refs of users and groups'),
  }),
  apply: ({ owners }, { claims }) =>
    claims.some(claim => owners.includes(claim.toLocaleLowerCase('en-US'))),
  toQuery: ({ claims }) => ({ property: 'owner', values: claims }),
});

const inEnvironment = createPermissionRule({
  name: 'IN_ENVIRONMENT',
  description: 'Allow in these environments',
  resourceRef: deploymentResourceRef,
  paramsSchema: z.object({
    environments: z.array(z.string()).describe('Names of environments'),
  }),
  apply: ({ environment }, { environments }) =>
    environments.includes(environment),
  toQuery: ({ environments }) => ({
    property: 'environment',
    values: environments,
  }),
});

const inProject = createPermissionRule({
  name: 'IN_PROJECT',
  description: 'Allow when every Application is in one of these AppProjects',
  resourceRef: deploymentResourceRef,
  paramsSchema: z.object({
    projects: z.array(z.string()).describe('Names of AppProjects'),
  }),
  apply: ({ projects: actual }, { projects }) =>
    actual.length > 0 && actual.every(project => projects.includes(project)),
  toQuery: ({ projects }) => ({ property: 'project', values: projects }),
});

const hasLabel = createPermissionRule({
  name: 'HAS_LABEL',
  description:
    'Allow when the entity has a label, with a value if one is given',
  resourceRef: deploymentResourceRef,
  paramsSchema: z.object({
    label: z.string().describe('Name of the label'),
    value: z.string().optional().describe('Value of the label'),
  }),
  apply: ({ labels }, { label, value }) =>
    Object.hasOwn(labels, label) &&
    (value === undefined || labels[label] === value),
  toQuery: ({ label, value }) => ({
    property: 'label',
    values: value === undefined ? [label] : [label, value],
  }),
});

/** Every rule that a policy may use on deployments. */
export const deploymentRules = { isOwner, inEnvironment, inProject, hasLabel };
