import { InstanceConfig } from '../config/types';
import { FollowedApplication } from './types';

/** Finds the page of an Application in Argo CD's own UI; there is none where no `frontendUrl` is configured. */
export function createApplicationUrl(
  instances: Array<Pick<InstanceConfig, 'name' | 'frontendUrl'>>,
): (
  application: Pick<FollowedApplication, 'instance' | 'namespace' | 'name'>,
) => string | undefined {
  const frontends = new Map(
    instances.map(({ name, frontendUrl }) => [
      name,
      frontendUrl?.replace(/\/+$/, ''),
    ]),
  );
  return ({ instance, namespace, name }) => {
    const base = frontends.get(instance);
    const path = [namespace, name].map(encodeURIComponent).join('/');
    return base && `${base}/applications/${path}`;
  };
}
