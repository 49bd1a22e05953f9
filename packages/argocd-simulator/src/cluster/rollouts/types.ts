import { KubernetesObject } from '../../ports';
import { Naming } from '../revisions';

export const ROLLOUT_NAMING: Naming = {
  hash: 'rollouts-pod-template-hash',
  revision: 'rollout.argoproj.io/revision',
};

/** One step of a canary; those that are not simulated pass at once. */
export interface CanaryStep {
  setWeight?: number;
  pause?: { duration?: string | number };
  analysis?: Analysis;
}

export interface Analysis {
  templates?: Array<{ templateName: string }>;
}

interface PauseCondition {
  reason: string;
  startTime: string;
}

/** The parts of a Rollout's status that the controller decides by. */
export interface RolloutStatus {
  phase?: string;
  message?: string;
  currentPodHash?: string;
  stableRS?: string;
  currentStepIndex?: number;
  abort?: boolean;
  abortedAt?: string;
  promoteFull?: boolean;
  controllerPause?: boolean;
  pauseConditions?: PauseCondition[];
  restartedAt?: string;
  blueGreen?: { activeSelector?: string; previewSelector?: string };
  canary?: {
    currentStepAnalysisRunStatus?: { name: string; status: string };
  };
  conditions?: Array<Record<string, unknown>>;
  [field: string]: unknown;
}

/** One pass over one Rollout. */
export interface RolloutPass {
  rollout: KubernetesObject;
  /** The ReplicaSet of the present template, and all others. */
  current: KubernetesObject;
  others: KubernetesObject[];
  hash: string;
  replicas: number;
  status: RolloutStatus;
}
