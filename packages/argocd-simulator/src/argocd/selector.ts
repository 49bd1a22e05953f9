import { ApiError } from './errors';

type Requirement = (labels: Record<string, string>) => boolean;

/** Parses a Kubernetes label selector. */
export function parseSelector(text: string): Requirement {
  const requirements: Requirement[] = [];
  const fail = (found: string): never => {
    throw new ApiError(
      2,
      `error parsing the selector: unable to parse requirement: found '${found}', expected: ',', ')' or identifier`,
    );
  };
  let rest = text.trim();
  while (rest) {
    const set = /^([\w./-]+)\s+(in|notin)\s*\(([^)]*)(\))?\s*(?:,|$)/.exec(
      rest,
    );
    const open = /^([\w./-]+)\s+(in|notin)\s*\(/.exec(rest);
    const equal = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)\s*(?:,|$)/.exec(rest);
    const exists = /^(!?)([\w./-]+)\s*(?:,|$)/.exec(rest);
    const match = set?.[4] ? set : equal ?? exists;
    if (open && !set?.[4]) fail('');
    if (!match) fail(rest[0]);
    if (match === set && set) {
      const values = set[3].split(',').map(value => value.trim());
      const [, key, operator] = set;
      requirements.push(
        labels => values.includes(labels[key]) === (operator === 'in'),
      );
    } else if (match === equal && equal) {
      const [, key, operator, value] = equal;
      requirements.push(
        labels => (labels[key] === value) === (operator !== '!='),
      );
    } else if (exists) {
      const [, not, key] = exists;
      requirements.push(labels => key in labels === (not !== '!'));
    }
    rest = rest.slice(match?.[0].length).trim();
  }
  return labels => requirements.every(requirement => requirement(labels));
}
