import { setImmediate as nextTurn } from 'node:timers/promises';
import { isError } from '@backstage/errors';
import { keyText, objectKey, RenderedObject } from '../../rendered/types';
import { Expressions, ExpressionTimeoutError, toCel } from './Expressions';
import { PolicyRule } from './rules';

/** Of one expression over one object. */
const EXPRESSION_MS = 250;
/** Of all of them. */
const TOTAL_MS = 5_000;
const MAX_MESSAGE = 300;

/** What a rule says of an object. */
export interface Finding {
  rule: string;
  /** `Deployment checkout`. */
  object: string;
  message: string;
}

/** What all rules say of all objects. */
export interface PolicyFindings {
  /** Pairs of rule and object that were looked at. */
  checked: number;
  broken: Finding[];
  /** What could not be decided: no pass. */
  open: Finding[];
}

const named = (object: RenderedObject) => {
  const { kind, name } = objectKey(object);
  return `${kind} ${name}`;
};

const placeholders = (message = '') =>
  [...message.matchAll(/\{([^{}]+)\}/g)].map(([, expression]) => expression);

/** Holds every rule against every object that it is for. */
export async function checkObjects(options: {
  rules: PolicyRule[];
  objects: RenderedObject[];
  /** What the target renders before the change. */
  before: RenderedObject[];
  /** Further variables of all expressions. */
  variables: Record<string, unknown>;
  limits?: { expressionMs: number; totalMs: number };
}): Promise<PolicyFindings> {
  const { rules, objects, before, limits } = options;
  const { expressionMs = EXPRESSION_MS, totalMs = TOTAL_MS } = limits ?? {};
  const expressions = new Expressions();
  for (const { expression, when, message } of rules)
    [expression, when, ...placeholders(message)].forEach(
      each => each && expressions.compile(each),
    );
  const old = new Map(
    before.map(object => [keyText(objectKey(object)), object]),
  );
  const common = toCel(options.variables) as Record<string, unknown>;
  const findings: PolicyFindings = { checked: 0, broken: [], open: [] };
  let spent = 0;
  for (const object of objects) {
    const wanted = rules.filter(
      ({ kinds }) =>
        kinds.length === 0 || kinds.includes(objectKey(object).kind),
    );
    if (wanted.length === 0) continue;
    const variables = {
      ...common,
      object: toCel(object),
      oldObject: toCel(old.get(keyText(objectKey(object))) ?? null),
    };
    for (const rule of wanted) {
      const finding = { rule: rule.name, object: named(object) };
      const left = Math.min(expressionMs, Math.floor(totalMs - spent));
      const start = performance.now();
      const verdict =
        left > 0
          ? judge(rule, variables, { expressions, ms: left })
          : { open: 'there was no time left to look at it' };
      spent += performance.now() - start;
      if (verdict === 'not-meant') continue;
      findings.checked += 1;
      if ('open' in verdict)
        findings.open.push({ ...finding, message: verdict.open });
      else if (!verdict.holds)
        findings.broken.push({ ...finding, message: verdict.message });
    }
    await nextTurn();
  }
  return findings;
}

type Verdict =
  | 'not-meant'
  | { holds: true }
  | { holds: false; message: string }
  | { open: string };

function judge(
  rule: PolicyRule,
  variables: Record<string, unknown>,
  { expressions, ms }: { expressions: Expressions; ms: number },
): Verdict {
  const ask = (expression: string) =>
    expressions.evaluate(expression, variables, ms);
  try {
    const { when = 'true', expression } = rule;
    for (const [name, each] of Object.entries({ when, expression })) {
      const answer = ask(each);
      if (typeof answer !== 'boolean')
        return { open: `its '${name}' gives no yes or no` };
      if (name === 'when' && !answer) return 'not-meant';
      if (name === 'expression' && answer) return { holds: true };
    }
  } catch (error) {
    if (!(error instanceof ExpressionTimeoutError) && !isError(error))
      throw error;
    return { open: `it could not be evaluated: ${(error as Error).message}` };
  }
  return { holds: false, message: messageOf(rule, ask) };
}

/** The rule's own words with its expressions filled in; one that can't be is shown as it is written. */
function messageOf(
  { message, expression }: PolicyRule,
  ask: (expression: string) => unknown,
): string {
  if (!message) return `${expression} does not hold`;
  const filled = message.replace(/\{([^{}]+)\}/g, (whole, inner: string) => {
    try {
      const value = ask(inner);
      return ['string', 'bigint', 'number', 'boolean'].includes(typeof value)
        ? String(value)
        : whole;
    } catch {
      return whole;
    }
  });
  return filled.length > MAX_MESSAGE
    ? `${filled.slice(0, MAX_MESSAGE)}…`
    : filled;
}
