import { Entity } from '@backstage/catalog-model';
import {
  Binding,
  Problem,
  Release,
  RunningImage,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application } from '../argocd/types';
import { RolloutFacts } from '../rollouts/facts';
import { EnvironmentConfig, PipelineConfig } from '../config/types';

/** One Application of a deployment with what the inventory knows of it. */
export interface DeployedApplication {
  instance: string;
  /** As Argo CD sent it, trimmed to the needed fields. */
  application: Application;
  binding: Binding;
  images: RunningImage[];
  /** Live Rollouts, once they were read; `current` while they are those of the Application as it is. */
  rollouts?: { rollouts: RolloutFacts[]; current: boolean };
  /** Key of the Application that manages this one (App of Apps), when known. */
  parent?: { instance: string; namespace: string; name: string };
  staleSince?: string;
  staleReason?: string;
}

/** What one entity runs in one environment. */
export interface Deployment {
  entityRef: string;
  environment: EnvironmentConfig;
  applications: DeployedApplication[];
  /** Absent while a digest is unknown, or when Applications or Pods disagree. */
  release?: Release;
  /** Why there is no release. */
  releaseUnknownReason?: string;
}

export interface ResolvedPipeline {
  entityRef: string;
  pipeline: PipelineConfig;
  deployments: Deployment[];
  problems: Problem[];
  lookedFor: string[];
}

/** Entity × environment → deployment; answers from memory and never asks Argo CD. */
export interface DeploymentService {
  resolve(entity: Entity): ResolvedPipeline;
  /** Called (coalesced) after Applications changed, with the keys `instance/namespace/name`. Answers how to stop. */
  onApplicationsChanged(listener: (keys: string[]) => void): () => void;
  /** The Application with that key as the inventory has it now, or undefined. */
  getApplication(key: {
    instance: string;
    namespace: string;
    name: string;
  }): DeployedApplicationState | undefined;
}

/** An Application apart from any entity: used to follow a promotion. */
export type DeployedApplicationState = Omit<DeployedApplication, 'binding'>;
