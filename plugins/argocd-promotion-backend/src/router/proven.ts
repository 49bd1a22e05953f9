import { NotAllowedError } from '@backstage/errors';
import { DeployedApplication } from '../deployments/types';

/** A claim lets one see state, not what stands in the cluster, and do nothing. */
export function proven(found: DeployedApplication): DeployedApplication {
  if (found.binding.kind === 'proof') return found;
  throw new NotAllowedError(
    [found.binding.reason, found.binding.remedy].filter(Boolean).join('. '),
  );
}
