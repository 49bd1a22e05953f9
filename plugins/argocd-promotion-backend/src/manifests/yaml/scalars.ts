import { parse, Scalar } from 'yaml';
import { InputError } from '@backstage/errors';
import { replaceLiteralLines } from './blockScalars';

/** A replacement of `text.slice(start, end)`. */
export interface Splice {
  start: number;
  end: number;
  text: string;
}

/** Whether YAML 1.1 (Argo CD, kustomize, Helm) and 1.2 both read the plain text as that very string. */
function isPlainSafe(value: string): boolean {
  if (!/^[A-Za-z0-9_./][A-Za-z0-9_.:/@+-]*$/.test(value) || value.endsWith(':'))
    return false;
  try {
    return (['1.1', '1.2'] as const).every(
      version => parse(value, { version }) === value,
    );
  } catch {
    return false;
  }
}

export type QuoteStyle = 'plain' | 'single' | 'double';

/** The scalar as text; quoted as asked, and where plain text would mean something else. */
export function formatScalar(value: string, style: QuoteStyle): string {
  if (style === 'single') return `'${value.replace(/'/g, "''")}'`;
  if (style === 'plain' && isPlainSafe(value)) return value;
  return JSON.stringify(value);
}

export function quoteStyleOf(node: unknown): QuoteStyle {
  const type =
    node && typeof node === 'object' && 'type' in node ? node.type : undefined;
  if (type === 'QUOTE_SINGLE') return 'single';
  return type === 'QUOTE_DOUBLE' ? 'double' : 'plain';
}

/** Replaces a scalar's own bytes: its anchor, tag, comments and quotes stay. */
export function replaceScalar(
  text: string,
  node: Scalar.Parsed,
  value: string,
  where: string,
): Splice[] {
  const [start, end] = node.range;
  if (value.includes('\n')) {
    if (node.type === 'BLOCK_LITERAL')
      return replaceLiteralLines(
        text,
        { start, end },
        { old: String(node.value), new: value },
        where,
      );
    if (node.type !== 'QUOTE_DOUBLE')
      throw new InputError(
        `${where} is text of several lines; write it as a literal block (|) so that it can be edited`,
      );
  } else if (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') {
    return [replaceBlockScalar(text, start, end, value, where)];
  }
  const formatted = formatScalar(value, quoteStyleOf(node));
  if (start !== end) return [{ start, end, text: formatted }];
  // An absent value (`tag:`): its place is beside the colon, or beside the anchor or tag.
  const before = start > 0 && /[ \t]/.test(text[start - 1]) ? '' : ' ';
  const gap = text[start] === '#' ? ' ' : '';
  return [{ start, end, text: `${before}${formatted}${gap}` }];
}

function replaceBlockScalar(
  text: string,
  start: number,
  end: number,
  value: string,
  where: string,
): Splice {
  const source = text.slice(start, end);
  const match =
    /^([^\n]*\n(?:[ \t]*\r?\n)*[ ]*)([^\r\n]*?)[ \t]*(?:\r?\n[ \t]*)*$/.exec(
      source,
    );
  if (!match || match[2] === '' || match[2] === undefined) {
    throw new InputError(
      `${where} is a block scalar of several lines; write it in one line so that it can be edited`,
    );
  }
  const contentStart = start + match[1].length;
  return {
    start: contentStart,
    end: contentStart + match[2].length,
    text: value,
  };
}

/** Applies splices that were computed on the same text. At one place, in the order in which they were asked for. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  const ordered = splices
    .map((splice, order) => ({ ...splice, order }))
    .sort((a, b) => a.start - b.start || a.end - b.end || a.order - b.order);
  let result = '';
  let position = 0;
  for (const { start, end, text: inserted } of ordered) {
    if (start < position) throw new Error('Edits of one document overlap');
    result += text.slice(position, start) + inserted;
    position = end;
  }
  return result + text.slice(position);
}
