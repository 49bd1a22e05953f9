import { isAlias, isMap, isScalar, isSeq, parseDocument, Scalar } from 'yaml';
import { isSensitive } from './sensitiveNames';

/** A value that is not shown, as offsets in its text. */
export interface SecretSpan {
  start: number;
  end: number;
  /** Key and value: two spans of the same identity hide the same secret. */
  key: string;
}

const HARMLESS = /^(?:true|false|null|~|)$/;

/** Above this, parsing for the patch alone would hold up everybody: only words tell, and no context is shown. */
export const MAX_STRUCTURED = 512 * 1024;

/** Values of one YAML document that only those may see who may read its repository. */
export function secretSpans(text: string): SecretSpan[] {
  return [...structuredSpans(text), ...textualSpans(text)].sort(
    (a, b) => a.start - b.start,
  );
}

/** By the document's structure: data of Secrets, and whatever stands below a key that names a secret. */
function structuredSpans(text: string): SecretSpan[] {
  if (text.length > MAX_STRUCTURED) return [];
  const document = parseDocument(text, {
    uniqueKeys: false,
    logLevel: 'error',
  });
  const spans: SecretSpan[] = [];
  const hide = (node: unknown, key: string) => {
    if (isMap(node)) node.items.forEach(({ value }) => hide(value, key));
    else if (isSeq(node)) node.items.forEach(item => hide(item, key));
    else if (isScalar(node) && node.range) {
      if (HARMLESS.test(String(node.value ?? ''))) return;
      spans.push({ start: node.range[0], end: contentEnd(text, node), key });
    }
  };
  const walk = (node: unknown) => {
    if (isSeq(node)) node.items.forEach(walk);
    if (!isMap(node) || isAlias(node)) return;
    const values = new Map(
      node.items.map(({ key, value }) => [
        isScalar(key) ? String(key.value) : '',
        value,
      ]),
    );
    const text_ = (key: string) => {
      const value = values.get(key);
      return isScalar(value) ? String(value.value) : '';
    };
    const isSecret = text_('kind') === 'Secret';
    // Variables, parameters and headers: `{name: DB_PASSWORD, value: …}`.
    const isNamed = isSensitive(text_('name'));
    for (const [key, value] of values) {
      const isData = isSecret && /^(data|stringData)$/.test(key);
      if (isData || (isNamed && key === 'value')) hide(value, key);
      else if (isSensitive(key) && isScalar(value)) hide(value, key);
      else walk(value);
    }
  };
  walk(document.contents);
  return spans;
}

/** A block scalar's range begins with its header and ends behind its last line ending. */
function contentEnd(text: string, { range }: Scalar): number {
  const [start, end] = range ?? [0, 0];
  return start + text.slice(start, end).trimEnd().length;
}

/** By its words: text inside of comments and of strings that hold YAML, JSON or addresses with a password. */
function textualSpans(text: string): SecretSpan[] {
  const spans: SecretSpan[] = [];
  const pair =
    /(["']?)([\w.-]+)\1[ \t]*[:=][ \t]+(?![|>&*!{[])("[^"\n]*"|'[^'\n]*'|[^\s,}\]"'#][^\n,}\]]*)/g;
  for (const match of text.matchAll(pair)) {
    const value = match[3].trimEnd();
    if (!isSensitive(match[2]) || HARMLESS.test(value)) continue;
    const start = match.index + match[0].length - match[3].length;
    spans.push({ start, end: start + value.length, key: match[2] });
  }
  for (const match of text.matchAll(/:\/\/[^\s:/@"']+:([^\s/@"']+)@/g)) {
    const end = match.index + match[0].length - 1;
    spans.push({ start: end - match[1].length, end, key: 'address' });
  }
  return spans;
}
