import { InputError } from '@backstage/errors';

/** Whether labels fit a Kubernetes label selector: `a=b,c!=d,e in (f,g),h,!i,j>1`. Throws `InputError` on anything else. */
export function parseSelector(
  text: string,
): (labels: Record<string, string>) => boolean {
  const requirements = text
    .split(/,(?![^(]*\))/)
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(parseRequirement);
  if (requirements.length === 0)
    throw new InputError('the label selector is empty');
  return labels => requirements.every(fits => fits(labels));
}

/**
 * Labels, as pairs of key and value, one of which everything has that fits the selector; undefined when it may fit
 * what has none of its labels.
 */
export function labelsOfSelector(
  text: string,
): Array<[key: string, value: string]> | undefined {
  for (const part of text.split(/,(?![^(]*\))/)) {
    const equality = /^([^\s=!]+)\s*==?\s*([^\s=!]*)$/.exec(part.trim());
    if (equality) return [[equality[1], equality[2]]];
    const set = /^([^\s=!<>()]+)\s+in\s*\(([^)]*)\)$/.exec(part.trim());
    if (set) {
      const [, key, values] = set;
      return values.split(',').map(value => [key, value.trim()]);
    }
  }
  return undefined;
}

function parseRequirement(
  text: string,
): (labels: Record<string, string>) => boolean {
  const set = /^([^\s=!<>()]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (set) {
    const [, key, operator, list] = set;
    const values = list.split(',').map(value => value.trim());
    return labels =>
      operator === 'in'
        ? labels[key] !== undefined && values.includes(labels[key])
        : labels[key] === undefined || !values.includes(labels[key]);
  }
  const equality = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/.exec(text);
  if (equality) {
    const [, key, operator, value] = equality;
    return labels =>
      operator === '!=' ? labels[key] !== value : labels[key] === value;
  }
  const comparison = /^([^\s=!<>]+)\s*([<>])\s*(-?\d+)$/.exec(text);
  if (comparison) {
    const [, key, operator, value] = comparison;
    return labels => {
      if (!/^-?\d+$/.test(labels[key] ?? '')) return false;
      const actual = Number(labels[key]);
      return operator === '>' ? actual > Number(value) : actual < Number(value);
    };
  }
  const exists = /^(!?)\s*([^\s=!()<>]+)$/.exec(text);
  if (exists)
    return labels => (labels[exists[2]] !== undefined) !== (exists[1] === '!');
  throw new InputError(
    `the label selector has a part that is not understood: '${text}'`,
  );
}
