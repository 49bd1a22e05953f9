import { DateTime } from 'luxon';
import { count } from './text';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * `just now`, `14 min ago`, `2 hours ago`, `yesterday`, `9 days ago`, and the same ahead of now (`in 6 min`).
 * Clocks of browser and server differ by some seconds, so a minute around now is `just now`.
 */
export function relativeTime(iso: string, now: number): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return 'at an unknown time';
  const distance = Math.abs(now - at);
  const say = (words: string) => (at > now ? `in ${words}` : `${words} ago`);
  if (distance < 45 * SECOND)
    return at > now + 10 * SECOND
      ? say(`${Math.round(distance / SECOND)} s`)
      : 'just now';
  if (distance < 59.5 * MINUTE)
    return say(`${Math.max(1, Math.round(distance / MINUTE))} min`);
  if (distance < 22 * HOUR)
    return say(count(Math.max(1, Math.round(distance / HOUR)), 'hour'));
  const days = Math.max(1, Math.round(distance / DAY));
  if (days === 1) return at > now ? 'tomorrow' : 'yesterday';
  if (days < 60) return say(`${days} days`);
  if (days < 700) return say(count(Math.round(days / 30.4), 'month'));
  return say(count(Math.round(days / 365), 'year'));
}

/** The full date with seconds and zone, for hovering. */
export function exactTime(iso: string): string {
  const time = DateTime.fromISO(iso);
  return time.isValid ? time.toFormat("ccc d LLL yyyy, HH:mm:ss 'UTC'ZZ") : iso;
}

/** `14:05`, with the day in front when it is not today. */
export function clockTime(iso: string, now: number): string {
  const time = DateTime.fromISO(iso);
  if (!time.isValid) return 'an unknown time';
  return time.hasSame(DateTime.fromMillis(now), 'day')
    ? time.toFormat('HH:mm')
    : time.toFormat('ccc d LLL, HH:mm');
}

/** `31 s`, `14 min`, `3 hours`: how long something took. */
export function duration(fromIso: string, toIso: string): string | undefined {
  const length = Date.parse(toIso) - Date.parse(fromIso);
  if (!(length >= 0)) return undefined;
  if (length < 90 * SECOND) return `${Math.round(length / SECOND)} s`;
  if (length < 90 * MINUTE) return `${Math.round(length / MINUTE)} min`;
  if (length < 36 * HOUR) return count(Math.round(length / HOUR), 'hour');
  return count(Math.round(length / DAY), 'day');
}

const ISO_TIME =
  /(\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))/;

/** Cuts a sentence at the times (ISO 8601) that stand in it. */
export function splitTimes(
  sentence: string,
): Array<{ text: string; time: boolean }> {
  return sentence
    .split(ISO_TIME)
    .map((text, index) => ({ text, time: index % 2 === 1 }))
    .filter(part => part.text !== '');
}
