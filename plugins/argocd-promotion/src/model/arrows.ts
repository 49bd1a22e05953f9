import {
  EnvironmentView,
  Lag,
  PipelineView,
  PromotionOffer,
  PromotionState,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Tone } from './answers';
import { releaseLabel } from './release';
import { clockTime, duration } from './time';
import { count, listWords } from './text';

/** What one may do on an arrow. */
export interface ArrowOffer {
  from: string;
  to: string;
  /** True when the upstream is the lane to the left and there is no other, so that the arrow itself says it. */
  obvious: boolean;
  lag: string;
  offer?: PromotionOffer;
  button?: { label: string; accessibleName: string; enabled: boolean };
  /** Said beside the button: why it is disabled, when it opens, what goes on. */
  note?: string;
}

/** The space before a lane. */
export interface Arrow {
  to: string;
  offers: ArrowOffer[];
  /** Present when what runs upstream goes on by itself; `waits` says why nothing does at this moment. */
  automatic?: { waits?: string };
}

/** `2 releases behind`; with the time also for how long, where that is known. */
export function lagSentence(
  lag: Lag | undefined,
  now?: number,
): string | undefined {
  if (!lag) return undefined;
  if (lag.releases === 0) return 'up to date';
  const behind =
    lag.releases === undefined
      ? 'behind'
      : `${count(lag.releases, 'release')} behind`;
  const length =
    lag.since && now !== undefined
      ? duration(lag.since, new Date(now).toISOString())
      : undefined;
  return length ? `${behind} for ${length}` : behind;
}

function lagOf(
  environment: EnvironmentView,
  offer: PromotionOffer | undefined,
  from: string,
  now: number,
): string {
  if (offer?.state === 'unchanged') return 'up to date';
  if (environment.lag?.from === from)
    return lagSentence(environment.lag, now) ?? '';
  if (offer?.state === 'unknown') return 'distance unknown';
  return offer?.release &&
    environment.release &&
    offer.release.id !== environment.release.id
    ? 'behind'
    : '';
}

const ACTIVE: PromotionState[] = [
  'waiting',
  'delivering',
  'in-review',
  'syncing',
  'verifying',
];

export function isActive(state: PromotionState): boolean {
  return ACTIVE.includes(state);
}

/** A promotion may be asked for before its gates open; it then waits for them. */
function whenItStarts(
  opens: string | undefined,
  now: number,
): string | undefined {
  return opens && Date.parse(opens) > now
    ? `starts at ${clockTime(opens, now)}`
    : undefined;
}

function describe(
  environment: EnvironmentView,
  from: string,
  obvious: boolean,
  now: number,
): ArrowOffer {
  const to = environment.name;
  const offer = environment.offers.find(item => item.from === from);
  const lag = lagOf(environment, offer, from, now);
  const base = { from, to, obvious, offer, lag };
  if (!offer) return { ...base, note: 'Promotion is off here.' };
  if (offer.state === 'unchanged') {
    return { ...base, note: `${to} runs what ${from} runs.` };
  }
  const active = environment.promotion;
  // What waits is superseded by a newer release.
  const replaces =
    offer.state === 'active' &&
    offer.allowed &&
    active?.state === 'waiting' &&
    offer.release !== undefined &&
    offer.release.id !== active.release.id;
  if (offer.state === 'active' && !replaces) {
    return {
      ...base,
      note:
        active && isActive(active.state)
          ? activePhrase(active.state)
          : 'A promotion is under way.',
    };
  }
  const label = releaseLabel(offer.release);
  const known = offer.release !== undefined;
  const opens = offer.gates
    .map(gate => (gate.state === 'pending' ? gate.opensAt : undefined))
    .filter((at): at is string => at !== undefined)
    .sort()
    .pop();
  const enabled = replaces || (offer.allowed && offer.state === 'available');
  const blocked = offer.gates.find(gate => gate.state === 'blocked');
  const whatComesOfIt = replaces
    ? 'Takes the place of the promotion that waits'
    : whenItStarts(opens, now);
  const refusal = known
    ? 'You cannot promote this now.'
    : `It is not known yet what ${from} runs.`;
  return {
    ...base,
    button: {
      label: known ? `Promote ${label}` : 'Promote',
      accessibleName: known
        ? `Promote ${label} from ${from} to ${to}`
        : `Promote from ${from} to ${to}`,
      enabled,
    },
    note: enabled ? whatComesOfIt : offer.reason ?? blocked?.reason ?? refusal,
  };
}

/** What an active promotion does now, for the arrow; the strip below says it at length. */
export function activePhrase(state: PromotionState): string {
  switch (state) {
    case 'waiting':
      return 'Waits for its gates';
    case 'delivering':
      return 'Writing to git';
    case 'in-review':
      return 'Waits for review';
    case 'syncing':
      return 'Argo CD is syncing';
    case 'verifying':
      return 'Being verified';
    default:
      return '';
  }
}

/** That there is nothing to promote is said by the arrow already, and a hold by the lane. */
function automaticOf(environment: EnvironmentView): { waits?: string } {
  const { autoPromoteWaits, hold, offers } = environment;
  if (!autoPromoteWaits || offers.every(({ state }) => state === 'unchanged'))
    return {};
  return { waits: hold ? 'Held' : autoPromoteWaits };
}

/** One arrow a lane, in the order of the lanes; a lane that nothing promotes to has none. */
export function arrowsOf(view: PipelineView, now: number): Map<string, Arrow> {
  const arrows = new Map<string, Arrow>();
  view.environments.forEach((environment, index) => {
    if (environment.promotesFrom.length === 0) return;
    const left = view.environments[index - 1]?.name;
    const obvious =
      environment.promotesFrom.length === 1 &&
      environment.promotesFrom[0] === left;
    arrows.set(environment.name, {
      to: environment.name,
      offers: environment.promotesFrom.map(from =>
        describe(environment, from, obvious, now),
      ),
      ...(environment.autoPromote
        ? { automatic: automaticOf(environment) }
        : {}),
    });
  });
  return arrows;
}

/** Says how an environment is fed when its arrow does not come from the lane at its left. */
export function arrowTitle(arrow: Arrow): string | undefined {
  if (arrow.offers.every(offer => offer.obvious)) return undefined;
  return `from ${listWords(arrow.offers.map(offer => offer.from))}`;
}

/** What stands before the title of a gate that is made of others. */
export const COMBINED: Record<string, string> = {
  any: 'One of: ',
  all: 'All of: ',
};

export const GATE_TONES: Record<
  'passed' | 'pending' | 'blocked',
  { tone: Tone; word: string }
> = {
  passed: { tone: 'ok', word: 'passed' },
  pending: { tone: 'wait', word: 'pending' },
  blocked: { tone: 'bad', word: 'blocked' },
};
