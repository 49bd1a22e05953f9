import { GitBackend, KubernetesObject } from '../ports';
import { Clock } from '../clock/Clock';
import { apply, LAST_APPLIED, managedFields } from '../cluster/apply';
import { Cluster } from '../cluster/Cluster';
import { canonicalJson } from '../cluster/merge';
import { annotationsOf } from '../cluster/objects';
import { ObjectStore } from '../cluster/ObjectStore';
import { appRef, ARGOCD_NAMESPACE } from '../engine/Applications';
import { Controller } from '../engine/Controller';
import { Targets } from '../engine/targets';
import { Application, AppProject, newStatus } from '../engine/types';
import { Accounts } from './accounts';

/** One Argo CD: its cluster, its controller, its accounts. */
export class Instance {
  constructor(
    readonly name: string,
    readonly cluster: Cluster,
    readonly controller: Controller,
    readonly accounts: Accounts,
    readonly targets: Targets,
    readonly git: GitBackend,
    readonly clock: Clock,
  ) {}

  get store(): ObjectStore {
    return this.cluster.store;
  }

  app(name: string): Application | undefined {
    return this.store.get(appRef(name)) as Application | undefined;
  }

  /** Creates or changes an Application or AppProject as `kubectl apply` does. */
  applyManifest(object: KubernetesObject): void {
    const manifest = structuredClone(object);
    manifest.metadata.namespace =
      manifest.metadata.namespace ?? ARGOCD_NAMESPACE;
    manifest.apiVersion = 'argoproj.io/v1alpha1';
    apply(this.store, manifest, {
      manager: 'kubectl-client-side-apply',
      now: this.clock.now(),
    });
  }

  /** Creates an object as the API server of Argo CD does. */
  create(
    kind: 'Application' | 'AppProject',
    body: KubernetesObject,
  ): KubernetesObject {
    const object: KubernetesObject = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind,
      metadata: { ...body.metadata, namespace: ARGOCD_NAMESPACE },
      spec: body.spec ?? {},
      status: kind === 'Application' ? newStatus() : {},
    };
    object.metadata.managedFields = [
      managedFields(object, 'argocd', object.apiVersion, this.clock.now()),
    ];
    return this.store.create(object);
  }
}

/** An Application or AppProject as the API serves it: without type, with its status. */
export function served(
  object: KubernetesObject,
  options: { health?: boolean } = {},
): Record<string, unknown> {
  const { apiVersion, kind, ...rest } = object;
  if (kind !== 'Application') return { ...rest, status: rest.status ?? {} };
  const app = object as Application;
  const status = app.status ?? newStatus();
  const resources =
    options.health === false
      ? status.resources?.map(({ health, ...item }) => item)
      : status.resources;
  return {
    metadata: rest.metadata,
    spec: app.spec,
    status: { ...status, ...(resources ? { resources } : {}) },
    ...(app.operation ? { operation: app.operation } : {}),
  };
}

/** For sameness of specs. */
export function specText(object: KubernetesObject | AppProject): string {
  return canonicalJson(object.spec ?? {});
}

export { annotationsOf, LAST_APPLIED };
