import { listAt } from './objects';

/**
 * How a container of a Job ends: `false` and `exit N` mean what they say to a shell, anything else succeeds.
 */
export function exitCodeOf(container: unknown): number {
  const words = [
    ...listAt(container, 'command'),
    ...listAt(container, 'args'),
  ].map(String);
  const script = words.join(' ').trim();
  const exits = [...script.matchAll(/\bexit\s+(\d+)/g)];
  if (exits.length > 0) return Number(exits[exits.length - 1][1]);
  return /(^|[\s;&/])false\s*$/.test(script) ? 1 : 0;
}
