import {
  ApplicationView,
  HookState,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { PodCount, shortDigest, shortRevision } from './release';
import { clockTime, relativeTime } from './time';
import { count, dotted, firstLine, listWords } from './text';

/** How something stands; each has an icon and a word of its own, the colour only supports them. */
export type Tone = 'ok' | 'warn' | 'bad' | 'wait' | 'unknown' | 'none';

/** One of the four answers of a lane. */
export interface Answer {
  topic: 'sync' | 'health' | 'hooks' | 'drift';
  tone: Tone;
  word: string;
  reason?: string;
  /** The whole text when `reason` is only its beginning. */
  detail?: string;
}

const SEVERITY: Tone[] = ['bad', 'unknown', 'warn', 'wait', 'ok', 'none'];

/** Negative when `a` is worse than `b`. */
export function compareTones(a: Tone, b: Tone): number {
  return SEVERITY.indexOf(a) - SEVERITY.indexOf(b);
}

const CANNOT_COMPARE = ['ComparisonError', 'InvalidSpecError', 'UnknownError'];

/** Why Argo CD cannot compare, in its own words. */
function comparisonProblem(application: ApplicationView): string | undefined {
  return application.conditions.find(condition =>
    CANNOT_COMPARE.includes(condition.type),
  )?.message;
}

export function syncAnswer(application: ApplicationView, now: number): Answer {
  const { status, revisions, comparedAt } = application.sync;
  const at = listWords(revisions.filter(Boolean).map(shortRevision));
  const compared = comparedAt && relativeTime(comparedAt, now);
  if (status === 'Synced') {
    return {
      topic: 'sync',
      tone: 'ok',
      word: 'Synced',
      reason: [at && `at ${at}`, compared].filter(Boolean).join(', '),
    };
  }
  if (status === 'OutOfSync') {
    const differing = totalDrift(application.drift);
    const busy =
      application.operation?.phase === 'Running' &&
      !application.operation.failing;
    return {
      topic: 'sync',
      tone: busy ? 'wait' : 'warn',
      word: 'Out of sync',
      reason: dotted(
        differing > 0 &&
          `${count(differing, 'resource')} differ${
            differing === 1 ? 's' : ''
          } from git`,
        busy && 'syncing now',
        !busy && !application.automated.enabled && 'synced by hand',
      ),
    };
  }
  const problem = comparisonProblem(application);
  return {
    topic: 'sync',
    tone: problem ? 'bad' : 'unknown',
    word: problem ? 'Cannot compare' : 'Sync unknown',
    reason: problem ? firstLine(problem) : 'Argo CD has not compared it yet',
    detail: problem,
  };
}

const HEALTH: Record<
  ApplicationView['health']['status'],
  { tone: Tone; word: string; reason?: string }
> = {
  Healthy: { tone: 'ok', word: 'Healthy' },
  Progressing: { tone: 'wait', word: 'Progressing', reason: 'rolling out' },
  Degraded: { tone: 'bad', word: 'Degraded' },
  Suspended: { tone: 'warn', word: 'Suspended', reason: 'paused' },
  Missing: { tone: 'warn', word: 'Missing', reason: 'not in the cluster' },
  Unknown: { tone: 'unknown', word: 'Health unknown' },
};

/** `2 of 2 pods run c3a90b17`, and what the others run. */
export function podsSentence(
  pods: PodCount,
  digest: string | undefined,
): string {
  if (pods.total === 0) return 'no pods';
  const verb = pods.total === 1 ? 'runs' : 'run';
  const runs = digest ? `${verb} ${shortDigest(digest)}` : `${verb} this image`;
  const sentence = `${pods.matching} of ${count(pods.total, 'pod')} ${runs}`;
  if (pods.matching >= pods.total || pods.others.length === 0) return sentence;
  return `${sentence}, the rest ${listWords(pods.others)}`;
}

/** The line below tells the rest. */
const ROLLOUT_REASONS: Record<string, string> = {
  paused: 'its Rollout is paused',
  progressing: 'its Rollout goes on',
};

export function healthAnswer(application: ApplicationView): Answer {
  const { status, message } = application.health;
  const base = HEALTH[status] ?? HEALTH.Unknown;
  const odd = application.images.find(
    image => image.pods && image.pods.matching < image.pods.total,
  );
  const shown = odd ?? application.images.find(image => image.pods);
  const pods = shown?.pods
    ? podsSentence(
        { ...shown.pods, others: shown.pods.others.map(shortDigest) },
        shown.digest,
      )
    : application.images.some(image => image.source === 'spec') &&
      'pods not read yet';
  // Argo CD says Degraded of what serves as before: the Rollout says what happened.
  const rollout = application.rollouts?.find(
    ({ state }) => state === 'aborted' || state === 'degraded',
  );
  const moving = application.rollouts?.find(
    ({ state }) => state === 'paused' || state === 'progressing',
  );
  const said =
    rollout?.headline ??
    (moving && status !== 'Degraded'
      ? ROLLOUT_REASONS[moving.state]
      : message && firstLine(message));
  return {
    topic: 'health',
    tone: base.tone === 'ok' && odd ? 'warn' : base.tone,
    word: base.word,
    reason:
      status === 'Healthy'
        ? pods || undefined
        : dotted(said || base.reason, pods),
    detail: message,
  };
}

/** Argo CD's names for the states of a hook, in words. */
export function hookWord(hook: HookState): { tone: Tone; word: string } {
  switch (hook.phase) {
    case 'Succeeded':
      return { tone: 'ok', word: 'passed' };
    case 'Failed':
    case 'Error':
      return { tone: 'bad', word: 'failed' };
    case 'Running':
      return { tone: 'wait', word: 'is running' };
    case 'Terminating':
      return { tone: 'wait', word: 'is being stopped' };
    default:
      return { tone: 'wait', word: 'has not started' };
  }
}

export function hooksAnswer(application: ApplicationView, now: number): Answer {
  const topic = 'hooks' as const;
  const { operation } = application;
  if (!operation)
    return { topic, tone: 'none', word: 'No hooks', reason: 'not synced yet' };
  const { hooks } = operation;
  if (hooks.length === 0)
    return {
      topic,
      tone: 'none',
      word: 'No hooks',
      reason: 'none in the last sync',
    };
  const failed = hooks.find(hook => hookWord(hook).tone === 'bad');
  if (failed) {
    const retry =
      operation.phase === 'Running' ? retryPhrase(application, now) : undefined;
    return {
      topic,
      tone: 'bad',
      word: `${failed.name} failed`,
      reason: dotted(`${failed.hookType} hook`, retry),
      detail: failed.message,
    };
  }
  const going = hooks.find(hook => hookWord(hook).tone === 'wait');
  if (going) {
    return {
      topic,
      tone: 'wait',
      word: 'Hooks running',
      reason: `${going.name} ${hookWord(going).word} (${going.hookType})`,
    };
  }
  return {
    topic,
    tone: 'ok',
    word: 'Hooks passed',
    reason: [...new Set(hooks.map(hook => hook.name))].join(', '),
  };
}

export function totalDrift(drift: ApplicationView['drift']): number {
  return drift.differs + drift.missing + drift.extra;
}

/** `2 differ, 1 missing, 1 to prune` */
export function driftKinds(drift: ApplicationView['drift']): string {
  return [
    drift.differs > 0 &&
      `${drift.differs} differ${drift.differs === 1 ? 's' : ''}`,
    drift.missing > 0 && `${drift.missing} missing`,
    drift.extra > 0 && `${drift.extra} to prune`,
  ]
    .filter(Boolean)
    .join(', ');
}

export function driftAnswer(application: ApplicationView): Answer {
  const topic = 'drift' as const;
  const { automated, drift } = application;
  const total = totalDrift(drift);
  let policy = 'synced by hand';
  if (automated.enabled)
    policy = automated.selfHeal ? 'self-heal on' : 'self-heal off';
  if (total > 0) {
    return {
      topic,
      tone: 'warn',
      word: `${count(total, 'resource')} drifted`,
      reason: dotted(driftKinds(drift), policy),
    };
  }
  if (application.sync.status === 'Unknown') {
    return {
      topic,
      tone: 'unknown',
      word: 'Drift unknown',
      reason: 'Argo CD cannot compare',
    };
  }
  return { topic, tone: 'ok', word: 'No drift', reason: policy };
}

/** `Argo CD tries again at 14:05 (3 of 5)` */
export function retryPhrase(
  application: ApplicationView,
  now: number,
): string | undefined {
  const retry = application.operation?.retry;
  if (!retry) return undefined;
  const attempt =
    retry.limit > 0 ? `${retry.count} of ${retry.limit}` : `${retry.count}`;
  if (retry.nextAt && Date.parse(retry.nextAt) > now) {
    return `Argo CD tries again at ${clockTime(
      retry.nextAt,
      now,
    )} (${attempt})`;
  }
  return `retry ${attempt}`;
}

/** The four answers of one Application, always in this order. */
export function applicationAnswers(
  application: ApplicationView,
  now: number,
): Answer[] {
  return [
    syncAnswer(application, now),
    healthAnswer(application),
    hooksAnswer(application, now),
    driftAnswer(application),
  ];
}

function driftOf(
  items: Array<{ application: ApplicationView }>,
): ApplicationView['drift'] {
  return items.reduce(
    (sum, { application: { drift } }) => ({
      differs: sum.differs + drift.differs,
      missing: sum.missing + drift.missing,
      extra: sum.extra + drift.extra,
    }),
    { differs: 0, missing: 0, extra: 0 },
  );
}

/** The four answers of a lane: for each topic the worst Application speaks, and says who it is when there are several. */
export function laneAnswers(
  applications: ApplicationView[],
  now: number,
): Answer[] {
  if (applications.length === 0) return [];
  const all = applications.map(application => ({
    application,
    answers: applicationAnswers(application, now),
  }));
  return all[0].answers.map((_, topic) => {
    const sorted = [...all].sort((a, b) =>
      compareTones(a.answers[topic].tone, b.answers[topic].tone),
    );
    const worst = sorted[0].answers[topic];
    if (applications.length === 1) return worst;
    const same = all.filter(item => item.answers[topic].tone === worst.tone);
    const settled = worst.tone === 'ok' || worst.tone === 'none';
    if (same.length === all.length && settled)
      return { ...worst, reason: `all ${all.length} Applications` };
    const who =
      same.length === 1
        ? sorted[0].application.name
        : `${same.length} of ${all.length} Applications`;
    // What differs is counted over all that say so.
    const together = applicationAnswers(
      { ...sorted[0].application, drift: driftOf(same) },
      now,
    )[topic];
    return { ...together, reason: dotted(who, together.reason) };
  });
}

/** One state for one line: the worst of the answers that matter most. */
export function summaryAnswer(
  applications: ApplicationView[],
  now: number,
): { tone: Tone; word: string } {
  if (applications.length === 0)
    return { tone: 'none', word: 'Nothing deployed' };
  const failing = applications.find(
    application => application.operation?.failing,
  );
  if (failing) return { tone: 'bad', word: 'Sync failing' };
  const answers = laneAnswers(applications, now);
  const worst = [...answers].sort((a, b) => compareTones(a.tone, b.tone))[0];
  // When all is well the answer people look for is health.
  const spoken =
    worst.tone === 'ok' || worst.tone === 'none' ? answers[1] : worst;
  return { tone: spoken.tone, word: spoken.word };
}

/** The state of one Application in a list; of an Instance that cannot be read it is what it was. */
export function applicationState(
  application: ApplicationView,
  now: number,
): { tone: Tone; word: string } {
  const state = summaryAnswer([application], now);
  return application.staleSince
    ? {
        tone: state.tone === 'bad' ? 'bad' : 'unknown',
        word: `was ${state.word.toLocaleLowerCase('en-US')}`,
      }
    : state;
}
