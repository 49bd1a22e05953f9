import {
  Plan,
  TrainAction,
  TrainPlan,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Tone } from './answers';
import { count } from './text';

/** What a joint plan is, in one sentence. */
export function trainSummary({
  members,
  commits,
  delivery,
}: TrainPlan): string {
  const going = members.filter(({ edits }) => edits.length > 0).length;
  const what = delivery === 'commit' ? 'commit' : 'pull request';
  if (going === 0) return 'Nothing to change: git pins all of these already.';
  const still = members.length - going;
  const rest =
    still > 0
      ? ` ${count(still, 'other')} ${
          still === 1 ? 'has' : 'have'
        } nothing to change.`
      : '';
  return `${count(going, 'service')} in ${count(
    commits.length,
    what,
  )}. It leaves when the gates of all are open; until then, if one is rejected or cancelled, none goes.${rest}`;
}

/** How the gates of a member stand. */
export function trainGates({ gates, edits }: Plan): {
  tone: Tone;
  word: string;
} {
  if (edits.length === 0) return { tone: 'none', word: 'nothing to change' };
  const blocked = gates.filter(({ state }) => state === 'blocked').length;
  const pending = gates.filter(({ state }) => state === 'pending').length;
  if (blocked > 0)
    return { tone: 'bad', word: `${count(blocked, 'gate')} blocked` };
  if (pending > 0)
    return { tone: 'wait', word: `${count(pending, 'gate')} pending` };
  return { tone: 'ok', word: 'gates open' };
}

/** The words of what may be done with a whole train. */
export const TRAIN_WORDS: Record<
  TrainAction,
  { label: string; title: string; explanation: string }
> = {
  cancel: {
    label: 'Cancel the train',
    title: 'Cancel all promotions of this train?',
    explanation:
      'What has not reached its branch ends, and its pull request is closed.',
  },
  retry: {
    label: 'Try the train again',
    title: 'Try this train again?',
    explanation:
      'A new train of all its promotions that ended without success is asked for.',
  },
  rollback: {
    label: 'Roll the train back',
    title: 'Roll all services of this train back?',
    explanation:
      'All that were written shall run again what they ran before. That is a new train, through the same gates.',
  },
};
