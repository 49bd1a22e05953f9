import { isAlias, isMap, isScalar, isSeq, parseDocument, Scalar } from 'yaml';
import { isReference, isSensitive } from './sensitiveNames';

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
  const hide = (node: unknown, key: string, all = true) => {
    if (isMap(node))
      node.items.forEach(pair => {
        const inner = isScalar(pair.key) ? String(pair.key.value) : '';
        if (all || !isReference(inner)) hide(pair.value, key, all);
      });
    else if (isSeq(node)) node.items.forEach(item => hide(item, key, all));
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
      // What only refers to a secret, such as its name, may be told.
      else if (isSensitive(key)) hide(value, key, false);
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

// Each begins where a word does, so that long texts without blanks take linear time.
const WORDS: RegExp[] = [
  // `key: value` and `key = value`, in comments and in text inside of text.
  /(?<![\w.-])(["']?)(?<key>[\w.-]+)\1[ \t]*[:=][ \t]+(?![|>&*!{[])(?<value>"[^"\n]*"|'[^'\n]*'|[^\s,}\]"'#][^\n,}\]]*)/dg,
  // `--password=value`, `PASSWORD=value`, `?token=value`.
  /(?<![\w.-])(?<key>[\w.-]+)=(?<value>"[^"\n]*"|'[^'\n]*'|[^\s"'&,;}\]]+)/dg,
  // JSON without blanks.
  /"(?<key>[\w.-]+)"[ \t]*:[ \t]*(?<value>"(?:[^"\\\n]|\\.)*")/dg,
  // `--password value` of a command line in one text.
  /(?<![\w-])--?(?<key>[\w.-]+)[ \t]+(?<value>(?!-)[^\s"',}\]]+)/dg,
];
/** What is a secret by its own form, whatever stands before it. */
const FORMS: RegExp[] = [
  // Password, or token in its place, of an address.
  /:\/\/[^\s:/@"']*:(?<value>[^\s/@"']+)@/dg,
  /:\/\/(?!git@)(?<value>[^\s:/@"']+)@/dg,
  /\b(?:Bearer|Basic)[ \t]+(?<value>[\w.~+/=-]{8,})/dg,
  /\b(?<value>gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|AKIA[A-Z0-9]{12,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*)/dg,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*(?<value>[\s\S]*?)(?=-----END|$)/dg,
];

/** By its words: text inside of comments, commands and of strings that hold YAML or JSON, and by its form. */
function textualSpans(text: string): SecretSpan[] {
  const spans: SecretSpan[] = [];
  for (const pattern of WORDS)
    for (const { groups, indices } of text.matchAll(pattern)) {
      const { key = '', value = '' } = groups ?? {};
      const [start] = indices?.groups?.value ?? [0];
      const told = value.trimEnd();
      if (isSensitive(key) && !HARMLESS.test(told))
        spans.push({ start, end: start + told.length, key });
    }
  for (const pattern of FORMS)
    for (const { indices } of text.matchAll(pattern)) {
      const [start, end] = indices?.groups?.value ?? [0, 0];
      spans.push({ start, end, key: 'form' });
    }
  return spans;
}
