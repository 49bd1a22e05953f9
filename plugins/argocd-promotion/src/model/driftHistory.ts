import {
  DriftDay,
  DriftEpisode,
  DriftResourceKey,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Tone } from './answers';
import { count } from './text';
import { duration } from './time';

const DAY = 86_400_000;
/** Weeks that the calendar shows. */
export const WEEKS = 13;

export const ENDS: Record<NonNullable<DriftEpisode['ended']>, string> = {
  'self-heal': 'set back by self-heal',
  sync: 'set back by a sync',
  restored: 'equal again by itself',
  gone: 'the Application is gone',
};

/** How an episode stands, in words. */
export function episodeState(episode: DriftEpisode): {
  tone: Tone;
  words: string;
} {
  const { startedAt, endedAt, ended, changes } = episode;
  const changed =
    changes > 0 ? `, changed ${count(changes, 'time')} meanwhile` : '';
  if (!endedAt) return { tone: 'warn', words: `lasts${changed}` };
  const how = ended ? ENDS[ended] : 'over';
  const time = duration(startedAt, endedAt);
  return {
    tone: ended === 'gone' ? 'none' : 'ok',
    words: `${how}${time ? ` after ${time}` : ''}${changed}`,
  };
}

/** What the fields tell, or why they do not. */
export function unknownFields(episode: DriftEpisode): string {
  if (episode.difference === 'missing') return 'missing in the cluster';
  if (episode.difference === 'extra') return 'no longer in git';
  return episode.endedAt
    ? 'over before its fields could be read'
    : 'its fields are being read';
}

export function resourceName({ kind, name }: DriftResourceKey): string {
  return `${kind} ${name}`;
}

export function sameResource(
  a: DriftResourceKey,
  b: DriftResourceKey,
): boolean {
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    (a.group ?? '') === (b.group ?? '') &&
    (a.namespace ?? '') === (b.namespace ?? '')
  );
}

/** One day of the calendar. */
export interface CalendarDay {
  date: string;
  episodes: number;
  healed: number;
  /** 0: none; 3: many. */
  level: 0 | 1 | 2 | 3;
  /** What it says: `Mon 23 Nov: 3 drifts, 1 set back by self-heal`. */
  words: string;
}

/**
 * Weeks from Monday to Sunday, the newest last and cut at today; days are those of UTC, as the backend counts them.
 */
export function calendar(days: DriftDay[], now: number): CalendarDay[][] {
  const sums = new Map<string, { episodes: number; healed: number }>();
  for (const { date, episodes, healed } of days) {
    const sum = sums.get(date) ?? { episodes: 0, healed: 0 };
    sums.set(date, {
      episodes: sum.episodes + episodes,
      healed: sum.healed + healed,
    });
  }
  const today = Math.floor(now / DAY) * DAY;
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * DAY;
  return Array.from({ length: WEEKS }, (_, week) =>
    Array.from(
      { length: 7 },
      (__, day) => monday + ((week - WEEKS + 1) * 7 + day) * DAY,
    )
      .filter(at => at <= today)
      .map(at => dayOf(at, sums.get(new Date(at).toISOString().slice(0, 10)))),
  );
}

function dayOf(
  at: number,
  sum: { episodes: number; healed: number } = { episodes: 0, healed: 0 },
): CalendarDay {
  const { episodes, healed } = sum;
  const name = new Date(at).toLocaleDateString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
  return {
    date: new Date(at).toISOString().slice(0, 10),
    episodes,
    healed,
    level: levelOf(episodes),
    words: `${name}: ${episodes === 0 ? 'no drift' : count(episodes, 'drift')}${
      healed > 0 ? `, ${healed} set back by self-heal` : ''
    }`,
  };
}

function levelOf(episodes: number): CalendarDay['level'] {
  if (episodes === 0) return 0;
  if (episodes < 3) return 1;
  return episodes < 10 ? 2 : 3;
}
