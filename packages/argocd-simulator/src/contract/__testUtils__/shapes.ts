/** Maps whose keys are data, not shape. */
const OPEN =
  /\.(labels|annotations|fieldsV1|targetLabels|matchLabels|jwtTokensByRole|data)$/;

/** Every path of a JSON value with the type found there; items of a list count as one. */
export function pathsOf(value: unknown, path = '$'): Set<string> {
  if (Array.isArray(value)) {
    return new Set([
      `${path}: list`,
      ...value.flatMap(item => [...pathsOf(item, `${path}[]`)]),
    ]);
  }
  if (typeof value === 'object' && value !== null) {
    const inner = OPEN.test(path) ? [] : Object.entries(value);
    return new Set([
      `${path}: object`,
      ...inner.flatMap(([key, item]) => [...pathsOf(item, `${path}.${key}`)]),
    ]);
  }
  return new Set([`${path}: ${value === null ? 'null' : typeof value}`]);
}

/** Paths of the one that the other has not, and the reverse; `ignore` names what may differ. */
export function shapeDifferences(
  recorded: unknown,
  simulated: unknown,
  ignore: RegExp = /^$/,
): { missing: string[]; surplus: string[] } {
  const before = pathsOf(recorded);
  const after = pathsOf(simulated);
  const only = (a: Set<string>, b: Set<string>) =>
    [...a].filter(path => !b.has(path) && !ignore.test(path)).sort();
  return { missing: only(before, after), surplus: only(after, before) };
}
