import { timestamp } from '../cluster/objects';
import { Session } from './accounts';
import { Instance } from './Instance';

const SERVER = 'https://kubernetes.default.svc';
const VERSION = 'v1.36.0';

/** The one cluster that an instance has, for who may see it. */
export function listClusters(instance: Instance, session: Session): unknown {
  if (!instance.accounts.can(session, 'clusters', 'get', SERVER)) {
    return { metadata: {}, items: null };
  }
  const now = timestamp(instance.clock.now());
  const objects = [...instance.store.all()];
  const apiVersions = new Set(
    objects.flatMap(({ apiVersion, kind }) => [
      apiVersion,
      `${apiVersion}/${kind}`,
    ]),
  );
  const connectionState = {
    status: 'Successful',
    message: '',
    attemptedAt: now,
  };
  return {
    metadata: {},
    items: [
      {
        server: SERVER,
        name: 'in-cluster',
        config: { tlsClientConfig: { insecure: false } },
        connectionState,
        serverVersion: VERSION,
        info: {
          connectionState,
          serverVersion: VERSION,
          cacheInfo: {
            resourcesCount: objects.length,
            apisCount: apiVersions.size,
            lastCacheSyncTime: now,
          },
          applicationsCount: instance.controller.apps().length,
          apiVersions: [...apiVersions].sort(),
        },
      },
    ],
  };
}
