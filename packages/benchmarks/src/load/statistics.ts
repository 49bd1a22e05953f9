/** The value below which this part of the samples lies, by nearest rank. */
export function percentile(samples: number[], part: number): number {
  if (samples.length === 0) throw new Error('There are no samples');
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
}

export const median = (samples: number[]): number => percentile(samples, 0.5);

/** How long each of so many turns takes, one after the other, in milliseconds. */
export async function timed(
  turns: number,
  turn: (n: number) => Promise<void>,
): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < turns; n++) {
    const start = performance.now();
    await turn(n);
    times.push(performance.now() - start);
  }
  return times;
}
