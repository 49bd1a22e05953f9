import { RolloutAnalysis } from '@fairway/backstage-plugin-argocd-promotion-common';
import { at, isObject, listAt, numberAt, objectAt, textAt } from './manifests';
import { TemplateImage, templateImages } from './manifests';

/** A Rollout's live manifest, as far as it is told. */
export interface RolloutManifest {
  namespace?: string;
  name: string;
  revision?: string;
  /** False while the controller has not taken up the present specification: its status is about the last one. */
  observed: boolean;
  replicas: number;
  /** Of the Pod template; empty when another object holds it (`workloadRef`). */
  images: TemplateImage[];
  canary?: {
    steps: CanaryStep[];
    /** Templates of an analysis beside the steps. */
    background: string[];
  };
  blueGreen?: {
    autoPromotion: boolean;
    autoPromotionSeconds?: number;
    scaleDownDelaySeconds: number;
    activeService?: string;
    previewService?: string;
  };
  pausedByHand: boolean;
  restartAt?: string;
  phase?: string;
  message?: string;
  currentHash?: string;
  stableHash?: string;
  stepIndex?: number;
  aborted: boolean;
  abortedAt?: string;
  promoteFull: boolean;
  pauses: Array<{ reason: string; startTime?: string }>;
  /** Percent of the traffic, where a router shares it out. */
  traffic?: { update: number; stable: number };
  updatedReplicas: number;
  activeSelector?: string;
  startedAt?: string;
  finishedAt?: string;
  pausedAt?: string;
}

export interface CanaryStep {
  setWeight?: number;
  /** `{}` waits for somebody. */
  pause?: { duration?: string };
  analysis?: string[];
  /** What else it does, by its key. */
  other?: string;
}

/** One ReplicaSet of a Rollout, from the Application's tree, and its images where they are known. */
export interface ReplicaSetFacts {
  hash: string;
  images: TemplateImage[];
  pods: { total: number; ready: number };
}

/** One Rollout with everything that was read about it. */
export interface RolloutFacts {
  /** The API version that it is asked for with. */
  version: string;
  uid?: string;
  manifest: RolloutManifest;
  sets: ReplicaSetFacts[];
  analyses: Array<RolloutAnalysis & { uid?: string }>;
}

/** Reads a live manifest; undefined for what is no Rollout. */
export function parseRollout(manifest: unknown): RolloutManifest | undefined {
  const name = textAt(manifest, 'metadata', 'name');
  if (!name || at(manifest, 'kind') !== 'Rollout') return undefined;
  const spec = objectAt(manifest, 'spec');
  const status = objectAt(manifest, 'status');
  const observed = numberAt(status, 'observedGeneration');
  const generation = numberAt(manifest, 'metadata', 'generation');
  const canary = at(spec, 'strategy', 'canary');
  const blueGreen = at(spec, 'strategy', 'blueGreen');
  const weights = at(status, 'canary', 'weights');
  const paused = listAt(status, 'conditions').find(
    ({ type, status: holds }) => type === 'Paused' && holds === 'True',
  );
  return withoutAbsent({
    namespace: textAt(manifest, 'metadata', 'namespace'),
    name,
    revision: textAt(
      objectAt(manifest, 'metadata', 'annotations'),
      'rollout.argoproj.io/revision',
    ),
    observed:
      observed === undefined ||
      generation === undefined ||
      observed >= generation,
    replicas: numberAt(spec, 'replicas') ?? 1,
    images: templateImages(at(spec, 'template')),
    canary: isObject(canary)
      ? {
          steps: listAt(canary, 'steps').map(stepOf),
          background: templateNames(at(canary, 'analysis')),
        }
      : undefined,
    blueGreen: isObject(blueGreen)
      ? withoutAbsent({
          autoPromotion: at(blueGreen, 'autoPromotionEnabled') !== false,
          autoPromotionSeconds: numberAt(blueGreen, 'autoPromotionSeconds'),
          scaleDownDelaySeconds:
            numberAt(blueGreen, 'scaleDownDelaySeconds') ?? 30,
          activeService: textAt(blueGreen, 'activeService'),
          previewService: textAt(blueGreen, 'previewService'),
        })
      : undefined,
    pausedByHand: at(spec, 'paused') === true,
    restartAt: textAt(spec, 'restartAt'),
    phase: textAt(status, 'phase'),
    message: textAt(status, 'message'),
    currentHash: textAt(status, 'currentPodHash'),
    stableHash: textAt(status, 'stableRS'),
    stepIndex: numberAt(status, 'currentStepIndex'),
    aborted: at(status, 'abort') === true,
    abortedAt: textAt(status, 'abortedAt'),
    promoteFull: at(status, 'promoteFull') === true,
    pauses: listAt(status, 'pauseConditions').map(pause =>
      withoutAbsent({
        reason: textAt(pause, 'reason') ?? '',
        startTime: textAt(pause, 'startTime'),
      }),
    ),
    traffic: isObject(weights)
      ? {
          update: numberAt(weights, 'canary', 'weight') ?? 0,
          stable: numberAt(weights, 'stable', 'weight') ?? 0,
        }
      : undefined,
    updatedReplicas: numberAt(status, 'updatedReplicas') ?? 0,
    activeSelector: textAt(status, 'blueGreen', 'activeSelector'),
    startedAt: textAt(status, 'duration', 'rolloutStartedAt'),
    finishedAt: textAt(status, 'duration', 'finishedAt'),
    pausedAt: textAt(paused, 'lastTransitionTime'),
  });
}

function stepOf(step: Record<string, unknown>): CanaryStep {
  // `setWeight: 0` is a step like others, and so is `pause: {}`.
  const weight = numberAt(step, 'setWeight');
  if (weight !== undefined) return { setWeight: weight };
  if (isObject(step.pause)) {
    const { duration } = step.pause;
    return {
      pause:
        duration === undefined || duration === null
          ? {}
          : { duration: String(duration) },
    };
  }
  if (isObject(step.analysis))
    return { analysis: templateNames(step.analysis) };
  return { other: Object.keys(step)[0] ?? 'step' };
}

function templateNames(analysis: unknown): string[] {
  return listAt(analysis, 'templates').flatMap(template => {
    const name = textAt(template, 'templateName');
    return name ? [name] : [];
  });
}

/** Without keys that have no value, so that equal facts are equal texts. */
export function withoutAbsent<T extends object>(
  from: T,
): { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<
    T[K],
    undefined
  >;
} {
  return Object.fromEntries(
    Object.entries(from).filter(([, value]) => value !== undefined),
  ) as ReturnType<typeof withoutAbsent<T>>;
}
