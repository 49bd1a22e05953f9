import { RetryStrategy } from './types';

const UNITS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a Go duration (`5s`, `1m30s`); a bare number means seconds. */
export function duration(text: string | undefined, fallback: number): number {
  if (!text) return fallback;
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0) return fallback;
  return parts.reduce(
    (sum, [, value, unit]) => sum + Number(value) * UNITS[unit],
    0,
  );
}

/** The pause before attempt number `retryCount` (from 1), after the failure before it. */
export function retryDelay(retry: RetryStrategy, retryCount: number): number {
  const base = duration(retry.backoff?.duration, 5_000);
  const factor = retry.backoff?.factor ?? 2;
  const most = duration(retry.backoff?.maxDuration, 180_000);
  return Math.min(base * factor ** retryCount, most);
}

/** Time of day as Argo CD writes it in messages: no date, no zone. */
export function kitchenTime(ms: number): string {
  const date = new Date(ms);
  const hours = date.getUTCHours();
  const minutes = String(date.getUTCMinutes()).padStart(2, '0');
  return `${hours % 12 === 0 ? 12 : hours % 12}:${minutes}${
    hours < 12 ? 'AM' : 'PM'
  }`;
}

/** Pause before the next self-heal, after `attempts` ones. */
export function selfHealDelay(attempts: number, first: number): number {
  return attempts === 0 ? 0 : Math.min(first * 3 ** (attempts - 1), 300_000);
}
