import { InputError } from '@backstage/errors';
import { DateTime, IANAZone } from 'luxon';

/** A stretch of time in which nothing is promoted. */
export interface Freeze {
  until: Date;
  reason?: string;
}

type Window = (now: DateTime) => Freeze | undefined;

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const WEEK = 7 * 24 * 60;
const MAX_ADJOINING = 50;

/**
 * The freeze that holds at a moment, with the end of all windows that overlap or adjoin it, or undefined.
 *
 * @param config - `timeZone` (IANA, default UTC), `periods: [{ from, to, reason? }]` with local dates and times, and
 *   `weekly: [{ from: 'Fri 16:00', to: 'Mon 08:00', reason? }]`. Throws `InputError` for anything else.
 */
export function freezeAt(
  config: Record<string, unknown>,
  now: Date,
): Freeze | undefined {
  const zone = readZone(config.timeZone);
  const windows = [
    ...readList(config, 'periods').map(entry => period(entry, zone)),
    ...readList(config, 'weekly').map(weekly),
  ];
  if (windows.length === 0)
    throw new InputError(
      "The gate 'freeze' has neither 'periods' nor 'weekly'; configure one of them",
    );
  let found: Freeze | undefined;
  let at = DateTime.fromJSDate(now, { zone });
  for (let i = 0; i < MAX_ADJOINING; i++) {
    const moment = at;
    const next = windows.flatMap(window => window(moment) ?? [])[0];
    if (!next) return found;
    found = { ...next, ...(found?.reason ? { reason: found.reason } : {}) };
    at = DateTime.fromJSDate(next.until, { zone });
  }
  return found;
}

function readZone(value: unknown): string {
  const zone = value ?? 'UTC';
  if (typeof zone === 'string' && IANAZone.isValidZone(zone)) return zone;
  throw new InputError(
    `The gate 'freeze' has the time zone '${zone}'; use one such as Europe/Berlin`,
  );
}

type Entry = { from: string; to: string; reason?: string };

function readList(config: Record<string, unknown>, key: string): Entry[] {
  const list = config[key] ?? [];
  if (!Array.isArray(list))
    throw new InputError(`The gate 'freeze' needs a list as '${key}'`);
  return list.map(entry => {
    const { from, to, reason } = (entry ?? {}) as Record<string, unknown>;
    // YAML makes a date of an unquoted one.
    const [start, end] = [from, to].map(value =>
      value instanceof Date ? value.toISOString().slice(0, 10) : value,
    );
    if (typeof start !== 'string' || typeof end !== 'string')
      throw new InputError(
        `The gate 'freeze' needs 'from' and 'to' in each of its '${key}'`,
      );
    return {
      from: start,
      to: end,
      ...(typeof reason === 'string' ? { reason } : {}),
    };
  });
}

function period({ from, to, reason }: Entry, zone: string): Window {
  const [start, end] = [from, to].map(text => {
    const time = DateTime.fromISO(text, { zone });
    if (time.isValid) return time;
    throw new InputError(
      `The gate 'freeze' has '${text}' among its periods; write it as 2026-12-20 or 2026-12-20T18:00`,
    );
  });
  // A day alone is meant to its end.
  const close = /^\d{4}-\d{2}-\d{2}$/.test(to) ? end.plus({ days: 1 }) : end;
  if (close <= start)
    throw new InputError(
      `The gate 'freeze' has a period that ends before it begins: ${from} to ${to}`,
    );
  return now =>
    start <= now && now < close
      ? { until: close.toJSDate(), ...(reason ? { reason } : {}) }
      : undefined;
}

function weekly({ from, to, reason }: Entry): Window {
  const [start, end] = [from, to].map(readMoment);
  const minutes = (end.ofWeek - start.ofWeek + WEEK) % WEEK || WEEK;
  return now => {
    const passed =
      ((now.weekday - 1) * 24 + now.hour) * 60 + now.minute - start.ofWeek;
    if ((passed + WEEK) % WEEK >= minutes) return undefined;
    // By the calendar and not by hours, so that a change of the clocks moves nothing.
    const today = now.startOf('day');
    const days = (end.day - now.weekday + 7) % 7;
    const close = today.plus({ days }).set(end.time);
    const left = (minutes - ((passed + WEEK) % WEEK)) * 60_000;
    const until =
      left > 5 * 24 * 60 * 60_000 && close <= now
        ? close.plus({ weeks: 1 })
        : close;
    // When the clocks go back, an hour comes twice: the window has ended in the first of them.
    if (until <= now) return undefined;
    return { until: until.toJSDate(), ...(reason ? { reason } : {}) };
  };
}

function readMoment(text: string) {
  const match = /^([A-Za-z]{3})[a-z]* (\d{1,2}):(\d{2})$/.exec(text.trim());
  const day = DAYS.findIndex(
    name => name.toLowerCase() === match?.[1].toLowerCase(),
  );
  const [hour, minute] = [Number(match?.[2]), Number(match?.[3])];
  if (!match || day < 0 || hour > 23 || minute > 59)
    throw new InputError(
      `The gate 'freeze' has '${text}' among its weekly windows; write it as Fri 16:00`,
    );
  return {
    day: day + 1,
    time: { hour, minute },
    ofWeek: (day * 24 + hour) * 60 + minute,
  };
}
