import { KubernetesObject } from '../ports';
import { at, isRecord, ownerReference } from './objects';
import { ObjectStore } from './ObjectStore';

/** The EndpointSlice that Kubernetes makes beside a Service. */
export function reconcileService(
  store: ObjectStore,
  service: KubernetesObject,
): void {
  if (
    store.childrenOf(service).length > 0 ||
    !isRecord(at(service, 'spec', 'selector'))
  )
    return;
  store.create({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: '',
      generateName: `${service.metadata.name}-`,
      namespace: service.metadata.namespace,
      labels: { 'kubernetes.io/service-name': service.metadata.name },
      ownerReferences: [ownerReference(service)],
    },
    addressType: 'IPv4',
    endpoints: [],
  });
}
