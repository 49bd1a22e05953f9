import { ApplicationView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { compareTones, Tone } from './answers';
import { conditionLine, conditionsToSay } from './conditions';
import { operationLine } from './operation';
import { ROLLOUT_STATES } from './rollout';

/** Something to say about one Application of a lane. */
export interface LaneNote {
  key: string;
  tone: Tone;
  /** Which Application, when the lane has several. */
  who?: string;
  title: string;
  strong: boolean;
  message?: string;
}

function notesOf(
  application: ApplicationView,
  several: boolean,
  now: number,
): LaneNote[] {
  const { instance, namespace, name } = application;
  const key = `${instance}/${namespace}/${name}`;
  const who = several ? name : undefined;
  const conditions = conditionsToSay(application).map(condition => ({
    key: `${key} ${condition.type} ${condition.message}`,
    who,
    strong: true,
    ...conditionLine(condition),
  }));
  const rollouts = (application.rollouts ?? [])
    // Of what is at rest the four answers tell.
    .filter(({ state }) => state !== 'complete')
    .map(({ namespace: where, name: rollout, state, headline }) => ({
      key: `${key} Rollout ${where}/${rollout}`,
      who,
      strong: true,
      tone: ROLLOUT_STATES[state].tone,
      title: `${
        (application.rollouts ?? []).length > 1 ? `${rollout}: ` : ''
      }${headline}`,
    }));
  const operation = operationLine(application, now);
  // That all went well is worth a line only where there is but one to tell of.
  if (!operation || (operation.tone === 'ok' && several))
    return [...rollouts, ...conditions];
  const { tone, headline: title, message } = operation;
  return [
    ...rollouts,
    ...conditions,
    { key: `${key} operation`, who, strong: false, tone, title, message },
  ];
}

/** What there is to say about these Applications, the worst first. */
export function laneNotes(
  applications: ApplicationView[],
  now: number,
): LaneNote[] {
  return applications
    .flatMap(application => notesOf(application, applications.length > 1, now))
    .sort((a, b) => compareTones(a.tone, b.tone));
}

/** An Instance that cannot be read, and how many of a lane's Applications are shown as it last told them. */
export interface StaleInstance {
  instance: string;
  since: string;
  reason?: string;
  applications: number;
}

/** The Instances whose data is old, and of how many of these Applications. */
export function staleInstances(
  applications: ApplicationView[],
): StaleInstance[] {
  const found = new Map<string, StaleInstance>();
  for (const { instance, staleSince, staleReason } of applications) {
    if (!staleSince) continue;
    const known = found.get(instance);
    found.set(instance, {
      instance,
      since: staleSince,
      reason: staleReason,
      applications: (known?.applications ?? 0) + 1,
    });
  }
  return [...found.values()];
}
