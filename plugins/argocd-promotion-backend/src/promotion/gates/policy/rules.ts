import { InputError } from '@backstage/errors';

/** One rule of the gate `policy`, as configured. */
export interface PolicyRule {
  name: string;
  /** Kinds of the objects that it is for; empty: all. */
  kinds: string[];
  /** CEL; objects of which it says no are not looked at. */
  when?: string;
  /** CEL; must hold for each object. */
  expression: string;
  /** What is told of an object that breaks it; `{…}` holds CEL. */
  message?: string;
}

const FIELDS = ['name', 'kinds', 'when', 'expression', 'message'];

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '';

/** Reads the rules of a gate. Throws `InputError` for anything that is not understood: a rule is never left out. */
export function readRules(config: Record<string, unknown>): PolicyRule[] {
  const { rules } = config;
  if (!Array.isArray(rules) || rules.length === 0)
    throw new InputError(
      "The gate 'policy' has no 'rules', such as [{ name, expression }]; configure them",
    );
  return rules.map((rule, i) => readRule(rule, i));
}

function readRule(value: unknown, index: number): PolicyRule {
  const rule =
    value !== null && typeof value === 'object'
      ? (value as Record<string, unknown>)
      : {};
  const { name, kinds = [], when, expression, message } = rule;
  const at = isText(name) ? `The rule '${name}'` : `Rule ${index + 1}`;
  const refuse = (what: string) =>
    new InputError(`${at} of the gate 'policy' ${what}`);
  if (!isText(name)) throw refuse("has no 'name'");
  if (!isText(expression)) throw refuse("has no 'expression'");
  const unknown = Object.keys(rule).find(key => !FIELDS.includes(key));
  if (unknown)
    throw refuse(
      `has '${unknown}', which is not known; use ${FIELDS.join(', ')}`,
    );
  if (when !== undefined && !isText(when))
    throw refuse("needs an expression as 'when'");
  if (message !== undefined && !isText(message))
    throw refuse("needs a text as 'message'");
  const list = Array.isArray(kinds) ? kinds : [kinds];
  if (!list.every(isText)) throw refuse("needs names of kinds as 'kinds'");
  return {
    name,
    kinds: list,
    expression,
    ...(when ? { when } : {}),
    ...(message ? { message } : {}),
  };
}
