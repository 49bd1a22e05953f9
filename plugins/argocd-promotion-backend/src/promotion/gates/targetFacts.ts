import { GateContext } from '@fairway/backstage-plugin-argocd-promotion-node';
import { Application } from '../../argocd/types';
import { Deployment } from '../../deployments/types';
import { countDrift, driftedResources } from '../../drift/resources';

/** What gates may know of the environment that is promoted into. */
export function targetFacts({
  applications,
}: Deployment): GateContext['target'] {
  return {
    drift: countDrift(
      applications.flatMap(({ application }) => driftedResources(application)),
    ),
    stale: applications.some(({ staleSince }) => staleSince !== undefined),
    applications: applications.map(
      ({ instance, application: { metadata, spec } }) => ({
        instance,
        namespace: metadata.namespace,
        name: metadata.name,
        project: spec.project,
        destination: { ...spec.destination },
        automated: isAutomated(spec),
      }),
    ),
  };
}

/** `automated: {}` is on, and `enabled: false` turns it off. */
function isAutomated({ syncPolicy }: Application['spec']): boolean {
  const automated = syncPolicy?.automated;
  return Boolean(automated) && automated?.enabled !== false;
}
