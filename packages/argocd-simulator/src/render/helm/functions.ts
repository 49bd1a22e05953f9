import { createHash } from 'node:crypto';
import { parse, stringify } from 'yaml';
import { isRecord } from '../documents';

/** Templates are not typed: a function takes what it is given, and a wrong type shows as an error of the template. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type TemplateFunction = (...args: any[]) => unknown;

/** Go's idea of an empty value. */
export function isEmpty(value: unknown): boolean {
  if (Array.isArray(value) || typeof value === 'string')
    return value.length === 0;
  if (isRecord(value)) return Object.keys(value).length === 0;
  return !value;
}

/** How Go prints a value. */
export function print(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return `[${value.map(print).join(' ')}]`;
  if (isRecord(value)) {
    const entries = Object.keys(value)
      .sort()
      .map(key => `${key}:${print(value[key])}`);
    return `map[${entries.join(' ')}]`;
  }
  return String(value);
}

function toYaml(value: unknown): string {
  return stringify(value ?? null, {
    lineWidth: 0,
    sortMapEntries: true,
    aliasDuplicateObjects: false,
  }).replace(/\n$/, '');
}

function indent(width: number, text: string): string {
  return text.replace(/^/gm, ' '.repeat(width));
}

function sprintf(format: string, ...args: unknown[]): string {
  let next = 0;
  return format.replace(
    /%(?:(%)|([-+0]*)(\d+)?(?:\.(\d+))?([a-zA-Z]))/g,
    (_all, percent, flags, width, precision, verb) => {
      if (percent) return '%';
      const value = args[next++];
      let text: string;
      switch (verb) {
        case 'q':
          text = JSON.stringify(print(value));
          break;
        case 'd':
          text = String(Math.trunc(Number(value)));
          break;
        case 'f':
          text = Number(value).toFixed(
            precision === undefined ? 6 : Number(precision),
          );
          break;
        case 'x':
          text =
            typeof value === 'number'
              ? value.toString(16)
              : Buffer.from(print(value)).toString('hex');
          break;
        default:
          text = value === undefined ? '%!s(<nil>)' : print(value);
      }
      const size = Number(width ?? 0);
      if (flags.includes('-')) return text.padEnd(size);
      return text.padStart(size, flags.includes('0') ? '0' : ' ');
    },
  );
}

function merge(
  target: Record<string, unknown>,
  sources: Array<Record<string, unknown>>,
  overwrite: boolean,
): unknown {
  for (const source of sources) {
    for (const [key, value] of Object.entries(source ?? {})) {
      const existing = target[key];
      if (isRecord(existing) && isRecord(value))
        merge(existing, [value], overwrite);
      else if (existing === undefined || overwrite)
        target[key] = structuredClone(value);
    }
  }
  return target;
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' || typeof b === 'number')
    return Number(a) - Number(b);
  if (print(a) === print(b)) return 0;
  return print(a) < print(b) ? -1 : 1;
}

const equal = (a: unknown, b: unknown) =>
  a === b || JSON.stringify(a) === JSON.stringify(b);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The functions of Go templates, Sprig and Helm that charts use most; any other is refused by name. */
export const functions: Record<string, TemplateFunction> = {
  // Go
  eq: (a: unknown, ...others: unknown[]) =>
    others.some(other => equal(a, other)),
  ne: (a: unknown, b: unknown) => !equal(a, b),
  lt: (a: unknown, b: unknown) => compare(a, b) < 0,
  le: (a: unknown, b: unknown) => compare(a, b) <= 0,
  gt: (a: unknown, b: unknown) => compare(a, b) > 0,
  ge: (a: unknown, b: unknown) => compare(a, b) >= 0,
  not: (value: unknown) => isEmpty(value),
  len: (value: unknown) =>
    isRecord(value)
      ? Object.keys(value).length
      : (value as string | unknown[]).length,
  index: (value: unknown, ...keys: Array<string | number>) =>
    keys.reduce<unknown>(
      (at, key) =>
        Array.isArray(at)
          ? at[Number(key)]
          : (at as Record<string, unknown> | undefined)?.[key],
      value,
    ),
  print: (...values: unknown[]) => values.map(print).join(''),
  printf: sprintf,
  println: (...values: unknown[]) => `${values.map(print).join(' ')}\n`,
  // Values
  default: (fallback: unknown, value: unknown) =>
    isEmpty(value) ? fallback : value,
  empty: isEmpty,
  coalesce: (...values: unknown[]) => values.find(value => !isEmpty(value)),
  ternary: (yes: unknown, no: unknown, condition: boolean) =>
    condition ? yes : no,
  required: (message: string, value: unknown) => {
    if (value === undefined || value === null || value === '')
      throw new Error(message);
    return value;
  },
  fail: (message: string) => {
    throw new Error(message);
  },
  kindOf: (value: unknown) => {
    if (Array.isArray(value)) return 'slice';
    if (isRecord(value)) return 'map';
    if (typeof value === 'boolean') return 'bool';
    if (typeof value === 'number') return 'float64';
    return typeof value === 'string' ? 'string' : 'invalid';
  },
  kindIs: (kind: string, value: unknown) => functions.kindOf(value) === kind,
  // Numbers
  int: (value: unknown) => Math.trunc(Number(value)) || 0,
  int64: (value: unknown) => Math.trunc(Number(value)) || 0,
  float64: (value: unknown) => Number(value) || 0,
  add: (...values: unknown[]) =>
    values.reduce<number>((sum, value) => sum + Number(value), 0),
  add1: (value: unknown) => Number(value) + 1,
  sub: (a: unknown, b: unknown) => Number(a) - Number(b),
  mul: (...values: unknown[]) =>
    values.reduce<number>((product, value) => product * Number(value), 1),
  div: (a: unknown, b: unknown) => Math.trunc(Number(a) / Number(b)),
  mod: (a: unknown, b: unknown) => Number(a) % Number(b),
  max: (...values: unknown[]) => Math.max(...values.map(Number)),
  min: (...values: unknown[]) => Math.min(...values.map(Number)),
  until: (count: number) => Array.from({ length: count }, (_, i) => i),
  // Strings
  toString: print,
  quote: (...values: unknown[]) =>
    values
      .filter(value => value !== undefined && value !== null)
      .map(value => JSON.stringify(print(value)))
      .join(' '),
  squote: (...values: unknown[]) =>
    values
      .filter(value => value !== undefined && value !== null)
      .map(value => `'${print(value)}'`)
      .join(' '),
  lower: (text: unknown) => print(text).toLowerCase(),
  upper: (text: unknown) => print(text).toUpperCase(),
  title: (text: unknown) =>
    print(text).replace(/\b\w/g, letter => letter.toUpperCase()),
  trim: (text: unknown) => print(text).trim(),
  trimAll: (cut: string, text: unknown) =>
    functions.trimSuffix(cut, functions.trimPrefix(cut, text)),
  trimSuffix: (suffix: string, text: unknown) =>
    suffix && print(text).endsWith(suffix)
      ? print(text).slice(0, -suffix.length)
      : print(text),
  trimPrefix: (prefix: string, text: unknown) =>
    prefix && print(text).startsWith(prefix)
      ? print(text).slice(prefix.length)
      : print(text),
  trunc: (length: number, text: unknown) =>
    length < 0 ? print(text).slice(length) : print(text).slice(0, length),
  replace: (from: string, to: string, text: unknown) =>
    print(text).replaceAll(from, () => to),
  contains: (part: string, text: unknown) => print(text).includes(part),
  hasPrefix: (prefix: string, text: unknown) => print(text).startsWith(prefix),
  hasSuffix: (suffix: string, text: unknown) => print(text).endsWith(suffix),
  repeat: (count: number, text: unknown) => print(text).repeat(count),
  substr: (from: number, to: number, text: unknown) =>
    print(text).slice(from, to < 0 ? undefined : to),
  nospace: (text: unknown) => print(text).replace(/\s/g, ''),
  cat: (...values: unknown[]) => values.map(print).join(' '),
  indent: (width: number, text: unknown) => indent(width, print(text)),
  nindent: (width: number, text: unknown) => `\n${indent(width, print(text))}`,
  splitList: (separator: string, text: unknown) => print(text).split(separator),
  join: (separator: string, values: unknown) =>
    list(values).map(print).join(separator),
  regexMatch: (pattern: string, text: unknown) =>
    new RegExp(pattern).test(print(text)),
  regexReplaceAll: (pattern: string, text: unknown, to: string) =>
    print(text).replace(
      new RegExp(pattern, 'g'),
      to.replace(/\$\{(\d+)\}/g, '$$$1'),
    ),
  b64enc: (text: unknown) => Buffer.from(print(text)).toString('base64'),
  b64dec: (text: unknown) =>
    Buffer.from(print(text), 'base64').toString('utf8'),
  sha256sum: (text: unknown) =>
    createHash('sha256').update(print(text)).digest('hex'),
  // Lists and maps
  list: (...values: unknown[]) => values,
  first: (values: unknown) => list(values)[0],
  last: (values: unknown) => list(values).at(-1),
  rest: (values: unknown) => list(values).slice(1),
  initial: (values: unknown) => list(values).slice(0, -1),
  append: (values: unknown, value: unknown) => [...list(values), value],
  prepend: (values: unknown, value: unknown) => [value, ...list(values)],
  concat: (...lists: unknown[]) => lists.flatMap(list),
  uniq: (values: unknown) => [...new Set(list(values))],
  compact: (values: unknown) => list(values).filter(value => !isEmpty(value)),
  has: (value: unknown, values: unknown) =>
    list(values).some(other => equal(value, other)),
  sortAlpha: (values: unknown) => list(values).map(print).sort(),
  dict: (...pairs: unknown[]) => {
    const result: Record<string, unknown> = {};
    for (let i = 0; i < pairs.length; i += 2)
      result[print(pairs[i])] = pairs[i + 1];
    return result;
  },
  get: (map: Record<string, unknown>, key: string) => map?.[key] ?? '',
  set: (map: Record<string, unknown>, key: string, value: unknown) => {
    map[key] = value;
    return map;
  },
  unset: (map: Record<string, unknown>, key: string) => {
    delete map[key];
    return map;
  },
  hasKey: (map: Record<string, unknown> | undefined, key: string) =>
    map !== undefined && Object.hasOwn(map, key),
  keys: (...maps: Array<Record<string, unknown>>) =>
    maps.flatMap(map => Object.keys(map ?? {})),
  values: (map: Record<string, unknown>) => Object.values(map ?? {}),
  pick: (map: Record<string, unknown>, ...names: string[]) =>
    Object.fromEntries(
      Object.entries(map).filter(([key]) => names.includes(key)),
    ),
  omit: (map: Record<string, unknown>, ...names: string[]) =>
    Object.fromEntries(
      Object.entries(map).filter(([key]) => !names.includes(key)),
    ),
  dig: (...args: unknown[]) => {
    const map = args.at(-1);
    const fallback = args.at(-2);
    const found = functions.index(map, ...(args.slice(0, -2) as string[]));
    return found ?? fallback;
  },
  merge: (
    target: Record<string, unknown>,
    ...sources: Array<Record<string, unknown>>
  ) => merge(target, sources, false),
  mergeOverwrite: (
    target: Record<string, unknown>,
    ...sources: Array<Record<string, unknown>>
  ) => merge(target, sources, true),
  deepCopy: (value: unknown) => structuredClone(value),
  // Documents
  toYaml,
  fromYaml: (text: string) => parse(text) ?? {},
  toJson: (value: unknown) => JSON.stringify(value ?? null),
  toRawJson: (value: unknown) => JSON.stringify(value ?? null),
  toPrettyJson: (value: unknown) => JSON.stringify(value ?? null, null, 2),
  fromJson: (text: string) => JSON.parse(text) as unknown,
  lookup: () => ({}),
};
