import { CanaryStep } from './types';

/** The share in percent that the canary has at a step: that of the last `setWeight`, 0 being one too. */
export function weightAt(steps: CanaryStep[], index: number): number {
  if (index >= steps.length) return 100;
  const weights = steps
    .slice(0, index + 1)
    .flatMap(({ setWeight }) => (setWeight === undefined ? [] : [setWeight]));
  return weights.at(-1) ?? 0;
}

/** Without a traffic router the weight is the share of Pods: rounded up, and never all or none but at 100 and 0. */
export function canaryPods(weight: number, replicas: number): number {
  if (weight <= 0) return 0;
  if (weight >= 100) return replicas;
  return Math.min(
    Math.ceil((replicas * weight) / 100),
    Math.max(1, replicas - 1),
  );
}

const UNITS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of `30`, `30s` or `1m30s`. */
export function durationMs(duration: string | number): number {
  const text = String(duration);
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS[unit],
    0,
  );
}
