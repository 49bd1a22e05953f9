import {
  InstanceView,
  Problem,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { DeployedApplication } from './types';

export const NO_ENVIRONMENTS_YAML = `argocdPromotion:
  environments:
    - name: dev
      match: { labels: { environment: dev } }
    - name: staging
      promotesFrom: [dev]
      match: { labels: { environment: staging } }
    - name: prod
      promotesFrom: [staging]
      match: { labels: { environment: prod } }`;

export const noEnvironmentsConfigured = (): Problem => ({
  code: 'no-environments-configured',
  message:
    'Promotion is off, because no environments are configured; the lanes come from the label environment of the Applications.',
  remedy: `Add this to app-config.yaml, with the names and labels that your Applications have:\n${NO_ENVIRONMENTS_YAML}`,
});

export const noPipeline = (entityRef: string): Problem => ({
  code: 'no-pipeline',
  message: `No pipeline is for ${entityRef}.`,
  remedy:
    'Add a pipeline to argocdPromotion.pipelines whose entities filter fits, or one without a filter at the end of the list.',
});

export const noApplicationFound = (lookedFor: string[]): Problem => ({
  code: 'no-application-found',
  message: 'No Argo CD Application of this entity was found.',
  remedy: `Looked for: ${lookedFor.join(
    '; ',
  )}. Add one of them, for example the label backstage.io/kubernetes-id to the Application.`,
});

export const badAnnotation = (message: string): Problem => ({
  code: 'annotation-not-understood',
  message,
  remedy: 'Mend the annotation in the catalog-info.yaml of the entity.',
});

export const unknownInstance = (name: string, known: string[]): Problem => ({
  code: 'instance-unknown',
  message: `The entity names the Argo CD instance '${name}', which is not configured.`,
  remedy: `Use one of: ${
    known.join(', ') || 'none is configured'
  }, in the annotation argocd/instance-name.`,
});

export const noInstances = (): Problem => ({
  code: 'no-instances-configured',
  message: 'No Argo CD instance is configured.',
  remedy:
    'Add argocdPromotion.instances with name, url and token to app-config.yaml.',
});

export const noEnvironment = (applications: string[]): Problem => ({
  code: 'no-environment-matches',
  message: `No environment matches the Application${
    applications.length > 1 ? 's' : ''
  } ${applications.join(', ')}.`,
  remedy:
    'Give it the labels that argocdPromotion.environments[].match asks for, or extend the match.',
});

export const environmentAmbiguous = (
  application: string,
  chosen: string,
  others: string[],
): Problem => ({
  code: 'environment-ambiguous',
  message: `Application ${application} fits the environments ${[
    chosen,
    ...others,
  ].join(', ')}; it is shown in ${chosen}, the first of them.`,
  remedy:
    'Narrow the match of one in argocdPromotion.environments, or add a key to the first that makes it the more special one.',
});

export const applicationNotFound = (names: string[]): Problem => ({
  code: 'application-not-found',
  message: `The annotation argocd/app-name names ${names.join(
    ', ',
  )}, which no Argo CD has or lets Backstage see there.`,
  remedy:
    'Mend the name in the catalog-info.yaml of the entity, or argocd/app-namespace, argocd/project-name and argocd/instance-name, which narrow where it is looked for.',
});

export const applicationAmbiguous = (names: string[]): Problem => ({
  code: 'application-ambiguous',
  message: `The annotation argocd/app-name names ${names.join(
    ', ',
  )}, which stands in several namespaces of one Argo CD; shown is the one in Argo CD's own.`,
  remedy:
    'Say with argocd/app-namespace which is meant, or link the others by a label on them.',
});

export const claimOnly = (
  { application, binding }: DeployedApplication,
  environment: string,
): Problem => ({
  code: 'claim-only',
  message: `Application ${application.metadata.name} is only claimed (${binding.reason}): it can be seen but not promoted.`,
  remedy:
    binding.remedy ?? 'Add a label to the Application that names the entity.',
  environment,
});

export const claimConflict = (
  application: string,
  others: string[],
  environment: string,
): Problem => ({
  code: 'claim-conflict',
  message: `Application ${application} is also claimed by ${others.join(
    ', ',
  )}, of another owner.`,
  remedy:
    'Only one of them can be right: remove the wrong annotation from the catalog, or let the Application name its entity with argocd-promotion.fairway.dev/entity. Until then neither can promote it.',
  environment,
});

export const digestUnverified = (
  application: string,
  repository: string,
  reason: string,
  environment: string,
): Problem => ({
  code: 'digest-unverified',
  message: `Pods of ${application} report another digest than the pinned one of ${repository}, and whether it is a platform of the same image index is not known: ${reason}.`,
  remedy:
    'Add the host to argocdPromotion.registries, with credentials that may pull, and see that Backstage can reach it.',
  environment,
});

/** What people must know of an Instance whose data may be missing from this page. */
export function instanceProblems(
  instances: Array<InstanceView & { seesNothing: boolean; loaded: boolean }>,
): Problem[] {
  return instances.flatMap(instance => {
    if (instance.staleSince) {
      const reason = instance.staleReason ?? 'it cannot be read';
      return [
        {
          code: instance.loaded ? 'instance-stale' : 'instance-unread',
          message: instance.loaded
            ? `Argo CD instance ${instance.name} cannot be read since ${instance.staleSince}: ${reason}. What is shown of it is old.`
            : `Argo CD instance ${instance.name} has not been read yet: ${reason}. Its Applications are missing here.`,
          remedy:
            'Ask your platform team whether this Argo CD is up, and whether the token of Backstage is still valid.',
        },
      ];
    }
    if (instance.seesNothing) {
      return [
        {
          code: 'instance-sees-nothing',
          message: `The account of Backstage sees no Applications in Argo CD instance ${instance.name}: this token sees no applications.`,
          remedy:
            'Give the account the right to read them, in argocd-rbac-cm: p, <account>, applications, get, */*, allow',
        },
      ];
    }
    if (instance.project) {
      return [
        {
          code: 'instance-one-project',
          message: `The token of Backstage for Argo CD instance ${instance.name} is of the AppProject ${instance.project}: Applications of other projects are not seen.`,
          remedy:
            'If the Application is of another project, give Backstage an account that may read it.',
        },
      ];
    }
    return [];
  });
}
