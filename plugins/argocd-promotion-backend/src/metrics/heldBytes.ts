/** How many are weighed: weighing all of ten thousand at every collection would cost more than it tells. */
const SAMPLE = 50;

/**
 * About how many bytes these take as JSON: the mean of up to fifty of them, spread evenly, times their number.
 * In the heap the same objects take about twice that.
 */
export function heldBytes(
  count: number,
  values: () => Iterable<unknown>,
): number {
  const every = Math.max(1, Math.floor(count / SAMPLE));
  let weighed = 0;
  let bytes = 0;
  let index = 0;
  for (const value of values()) {
    if (index++ % every !== 0) continue;
    bytes += JSON.stringify(value).length;
    if (++weighed === SAMPLE) break;
  }
  return weighed === 0 ? 0 : Math.round((bytes / weighed) * count);
}
