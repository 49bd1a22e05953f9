import {
  isCollection,
  isMap,
  isPair,
  isScalar,
  Pair,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import { InputError } from '@backstage/errors';
import { formatScalar, QuoteStyle, quoteStyleOf, Splice } from './scalars';

/** What may be inserted: a string, or maps and lists of such. */
export type Insertable = string | Insertable[] | { [key: string]: Insertable };

const lineStart = (text: string, offset: number) =>
  text.lastIndexOf('\n', offset - 1) + 1;

/** The line ending in use around an offset. */
function lineEnding(text: string, offset: number): string {
  const next = text.indexOf('\n', offset);
  const at = next < 0 ? text.lastIndexOf('\n') : next;
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}

export function rangeOf(node: unknown): [number, number, number] {
  const range =
    node && typeof node === 'object' && 'range' in node
      ? node.range
      : undefined;
  if (Array.isArray(range))
    return [Number(range[0]), Number(range[1]), Number(range[2])];
  throw new InputError(
    'The YAML is written in a form that is not edited (a key without a value)',
  );
}

/** Where the last line of a node's own content ends, not counting comments after it. */
function contentEnd(node: unknown): number {
  if (isCollection(node) && !node.flow && node.items.length > 0) {
    const last = node.items[node.items.length - 1];
    if (isPair(last)) return contentEnd(last.value ?? last.key);
    return contentEnd(last);
  }
  return rangeOf(node)[1];
}

/** Inserts whole lines after the line in which `offset` is. */
function insertLines(text: string, offset: number, lines: string[]): Splice {
  const eol = lineEnding(text, offset);
  if (offset > 0 && text[offset - 1] === '\n')
    return { start: offset, end: offset, text: `${lines.join(eol)}${eol}` };
  const next = text.indexOf('\n', offset);
  if (next < 0)
    return {
      start: text.length,
      end: text.length,
      text: `${eol}${lines.join(eol)}`,
    };
  return { start: next + 1, end: next + 1, text: `${lines.join(eol)}${eol}` };
}

function keyText(key: string): string {
  return formatScalar(key, /^[A-Za-z_][\w.-]*$/.test(key) ? 'plain' : 'double');
}

/** Lines of `key: value` in block style. */
function blockPair(
  key: string,
  value: Insertable,
  indent: string,
  style: QuoteStyle,
): string[] {
  if (typeof value === 'string')
    return [`${indent}${keyText(key)}: ${formatScalar(value, style)}`];
  return [
    `${indent}${keyText(key)}:`,
    ...blockValue(value, Array.isArray(value) ? indent : `${indent}  `),
  ];
}

function blockValue(value: Insertable, indent: string): string[] {
  if (typeof value === 'string')
    return [`${indent}${formatScalar(value, 'plain')}`];
  if (Array.isArray(value)) {
    return value.flatMap(item => {
      const [first, ...rest] = blockValue(item, `${indent}  `);
      return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
    });
  }
  return Object.entries(value).flatMap(([key, nested]) =>
    blockPair(key, nested, indent, 'plain'),
  );
}

function flowValue(value: Insertable, style: QuoteStyle): string {
  if (typeof value === 'string') return formatScalar(value, style);
  if (Array.isArray(value))
    return `[${value.map(item => flowValue(item, style)).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, nested]) => flowPair(key, nested, style))
    .join(', ')}}`;
}

function flowPair(key: string, value: Insertable, style: QuoteStyle): string {
  return `${
    style === 'double' ? JSON.stringify(key) : keyText(key)
  }: ${flowValue(value, style)}`;
}

/** Indentation of the keys of a block map, as spaces. */
function keyIndent(text: string, map: YAMLMap): string {
  for (const pair of [...map.items].reverse()) {
    if (isScalar(pair.key)) {
      const [start] = rangeOf(pair.key);
      const prefix = text
        .slice(lineStart(text, start), start)
        .replace('\uFEFF', '');
      if (/^[ -]*$/.test(prefix)) return ' '.repeat(prefix.length);
    }
  }
  throw new InputError(
    'The YAML is written in a form in which no key can be added; add the key by hand once',
  );
}

/** Adds a pair to a map, in the map's own style, behind the key `after` or at its end. */
export function insertPair(
  text: string,
  map: YAMLMap,
  {
    key,
    value,
    after = [],
  }: { key: string; value: Insertable; after?: string[] },
): Splice {
  const named = after
    .map(name =>
      map.items.find(
        (pair: Pair) => isScalar(pair.key) && pair.key.value === name,
      ),
    )
    .find(pair => pair !== undefined);
  const reference = named ?? map.items[map.items.length - 1];
  const style = named ? quoteStyleOf(named.value) : 'plain';
  if (map.flow) {
    const isJson =
      isScalar(map.items[0]?.key) && map.items[0].key.type === 'QUOTE_DOUBLE';
    return insertFlow(
      text,
      map,
      reference,
      flowPair(key, value, isJson ? 'double' : style),
    );
  }
  if (!reference)
    throw new InputError(
      'The YAML is written in a form in which no key can be added',
    );
  const indent = keyIndent(text, map);
  return insertLines(
    text,
    contentEnd(reference.value ?? reference.key),
    blockPair(key, value, indent, style),
  );
}

function insertFlow(
  text: string,
  collection: YAMLMap | YAMLSeq,
  reference: unknown,
  content: string,
): Splice {
  const [start] = rangeOf(collection);
  if (!reference) return { start: start + 1, end: start + 1, text: content };
  const pair = isPair(reference) ? reference : undefined;
  const first = pair ? pair.key : reference;
  const [firstStart] = rangeOf(first);
  const [, end] = rangeOf(pair ? pair.value ?? pair.key : reference);
  const from = lineStart(text, firstStart);
  const prefix = text.slice(from, firstStart);
  const separator =
    /^[ \t]*$/.test(prefix) && from > start
      ? `${lineEnding(text, firstStart)}${prefix}`
      : ' ';
  return { start: end, end, text: `,${separator}${content}` };
}

/** Adds an item to the end of a list. */
export function insertItem(
  text: string,
  seq: YAMLSeq,
  value: Insertable,
): Splice {
  const last = seq.items[seq.items.length - 1];
  if (seq.flow) {
    const isJson =
      isMap(last) &&
      isScalar(last.items[0]?.key) &&
      last.items[0].key.type === 'QUOTE_DOUBLE';
    return insertFlow(
      text,
      seq,
      last,
      flowValue(value, isJson ? 'double' : 'plain'),
    );
  }
  const [start] = rangeOf(seq);
  const indent = text
    .slice(lineStart(text, start), start)
    .replace('\uFEFF', '');
  if (!/^ *$/.test(indent) || !last)
    throw new InputError(
      'The list is written in a form in which no item can be added',
    );
  return insertLines(text, contentEnd(last), blockValue([value], indent));
}

/** Gives a value to a key that has none (`images:`), in block style. */
export function fillEmpty(
  text: string,
  map: YAMLMap,
  empty: unknown,
  value: Insertable,
): Splice {
  const [start] = rangeOf(empty);
  if (typeof value === 'string' || map.flow) {
    return {
      start,
      end: rangeOf(empty)[1],
      text: ` ${flowValue(value, 'plain')}`,
    };
  }
  const indent = keyIndent(text, map);
  return insertLines(
    text,
    start,
    blockValue(value, Array.isArray(value) ? indent : `${indent}  `),
  );
}

/** Writes the first content of an empty document. */
export function fillDocument(text: string, value: Insertable): Splice {
  const eol = lineEnding(text, 0);
  const lead =
    text.length > 0 && text !== '\uFEFF' && !text.endsWith('\n') ? eol : '';
  return {
    start: text.length,
    end: text.length,
    text: `${lead}${blockValue(value, '').join(eol)}${eol}`,
  };
}
