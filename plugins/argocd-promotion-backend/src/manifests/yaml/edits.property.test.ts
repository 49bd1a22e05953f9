import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { decodeText, encodeText } from '../bytes';
import { YamlFile } from './YamlFile';
import { YamlPath } from './YamlDocument';

type Style = 'plain' | 'single' | 'double' | 'literal' | 'folded';
type Node =
  | {
      kind: 'scalar';
      style: Style;
      word: string;
      anchor: boolean;
      tail: string;
    }
  | { kind: 'map'; entries: Node[]; flow: boolean }
  | { kind: 'list'; items: Node[]; flow: boolean; indented: boolean }
  | { kind: 'alias' };

/** A value that may be edited, and where it stands in the text without its quotes. */
interface Leaf {
  path: YamlPath;
  start: number;
  end: number;
  anchor?: string;
  document: number;
}

// A letter that begins no number, no boolean and no null.
const word = fc.stringMatching(/^w[a-z0-9]{0,6}$/);
const tail = fc.constantFrom('', '', '   ', ' # ünïcode', '\t# tab', '\t');
const scalar = (styles: Style[]) =>
  fc.record({
    kind: fc.constant('scalar' as const),
    style: fc.constantFrom(...styles),
    word,
    anchor: fc.boolean(),
    tail,
  });
const inFlow = fc.letrec<{ node: Node }>(tie => ({
  node: fc.oneof(
    { maxDepth: 2 },
    scalar(['plain', 'single', 'double']) as fc.Arbitrary<Node>,
    fc.record({
      kind: fc.constant('map' as const),
      entries: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
      flow: fc.constant(true),
    }),
    fc.record({
      kind: fc.constant('list' as const),
      items: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
      flow: fc.constant(true),
      indented: fc.constant(false),
    }),
  ),
})).node;
const { node } = fc.letrec<{ node: Node }>(tie => ({
  node: fc.oneof(
    { maxDepth: 3 },
    scalar([
      'plain',
      'single',
      'double',
      'literal',
      'folded',
    ]) as fc.Arbitrary<Node>,
    fc.constant<Node>({ kind: 'alias' }),
    inFlow,
    fc.record({
      kind: fc.constant('map' as const),
      entries: fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
      flow: fc.constant(false),
    }),
    fc.record({
      kind: fc.constant('list' as const),
      items: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
      flow: fc.constant(false),
      indented: fc.boolean(),
    }),
  ),
}));
const documents = fc.array(
  fc.record({
    entries: fc.array(node, { minLength: 1, maxLength: 4 }),
    step: fc.constantFrom(2, 4),
  }),
  { minLength: 1, maxLength: 3 },
);

/** Writes nodes as people might, and notes where each value stands. */
class Writer {
  text = '';
  readonly leaves: Leaf[] = [];
  readonly aliased = new Set<string>();
  #document = 0;
  /** Anchors of the document so far. */
  #anchors: string[] = [];

  constructor(private readonly eol: string) {}

  document(entries: Node[], step: number) {
    if (this.#document > 0 || this.text !== '')
      this.text += `--- # ${this.#document}${this.eol}`;
    this.#anchors = [];
    this.#map(entries, '', step, []);
    this.#document += 1;
  }

  #map(entries: Node[], indent: string, step: number, path: YamlPath) {
    entries.forEach((entry, i) => {
      this.text += `${indent}k${i}:`;
      this.#value(entry, indent, step, [...path, `k${i}`]);
    });
  }

  /** Behind a colon or a dash, to the end of the line or of the block. */
  #value(entry: Node, indent: string, step: number, path: YamlPath) {
    const deeper = indent + ' '.repeat(step);
    if (entry.kind === 'map' && !entry.flow) {
      this.text += this.eol;
      this.#map(entry.entries, deeper, step, path);
    } else if (entry.kind === 'list' && !entry.flow) {
      this.text += this.eol;
      const at = entry.indented || path.length === 0 ? deeper : indent;
      const isItem = typeof path[path.length - 1] === 'number';
      entry.items.forEach((item, i) => {
        this.text += `${isItem ? deeper : at}-`;
        this.#value(item, isItem ? deeper : at, step, [...path, i]);
      });
    } else if (
      entry.kind === 'scalar' &&
      (entry.style === 'literal' || entry.style === 'folded')
    ) {
      this.text += ` ${entry.style === 'literal' ? '|' : '>-'}${
        this.eol
      }${deeper}`;
      const start = this.text.length;
      this.text += entry.word;
      this.#leaf(path, start);
      this.text += this.eol;
    } else {
      this.text += ' ';
      this.#inline(entry, path);
      this.text += `${entry.kind === 'scalar' ? entry.tail : ''}${this.eol}`;
    }
  }

  #inline(entry: Node, path: YamlPath) {
    if (entry.kind === 'map') {
      this.text += '{';
      entry.entries.forEach((each, i) => {
        this.text += `${i > 0 ? ', ' : ''}k${i}: `;
        this.#inline(each, [...path, `k${i}`]);
      });
      this.text += '}';
    } else if (entry.kind === 'list') {
      this.text += '[';
      entry.items.forEach((each, i) => {
        this.text += i > 0 ? ', ' : '';
        this.#inline(each, [...path, i]);
      });
      this.text += ']';
    } else if (entry.kind === 'alias') {
      const anchor = this.#anchors[this.#anchors.length - 1];
      if (anchor) this.aliased.add(`${this.#document} ${anchor}`);
      this.text += anchor ? `*${anchor}` : 'none';
    } else {
      const quote = { single: "'", double: '"' }[entry.style as string] ?? '';
      const anchor = entry.anchor ? `a${this.#anchors.length}` : undefined;
      if (anchor) this.#anchors.push(anchor);
      this.text += `${anchor ? `&${anchor} ` : ''}${quote}`;
      const start = this.text.length;
      this.text += entry.word;
      this.#leaf(path, start, anchor);
      this.text += quote;
    }
  }

  #leaf(path: YamlPath, start: number, anchor?: string) {
    const document = this.#document;
    this.leaves.push({
      path,
      start,
      end: this.text.length,
      document,
      ...(anchor ? { anchor } : {}),
    });
  }
}

const dataOf = (text: string) =>
  parseAllDocuments(text, { merge: true }).map(document => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });

function setIn(root: unknown, path: YamlPath, value: string) {
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((at, key) => Reflect.get(at as object, key), root);
  const last = path[path.length - 1];
  const old = Reflect.get(holder as object, last) as string;
  Reflect.set(
    holder as object,
    last,
    old.endsWith('\n') ? `${value}\n` : value,
  );
}

function outcome(change: () => string): string {
  try {
    return change();
  } catch (error) {
    if (String(error).includes('anchor')) return 'refused';
    throw error;
  }
}

describe('an edit of any value of any file', () => {
  it('differs at the target only, and keeps every other byte', () => {
    fc.assert(
      fc.property(
        documents,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.nat(),
        (files, eol, bom, choice) => {
          const writer = new Writer(eol);
          for (const { entries, step } of files) writer.document(entries, step);
          const { leaves, aliased } = writer;
          fc.pre(leaves.length > 0);
          const leaf = leaves[choice % leaves.length];
          const start = bom ? '\uFEFF' : '';
          const file = new YamlFile(encodeText(start + writer.text), 'a.yaml');
          const value = 'w9.9.9-new';
          const change = () =>
            decodeText(
              file.edit(
                new Map([[leaf.document, [{ path: leaf.path, value }]]]),
              ),
              'a.yaml',
            );
          const isShared =
            leaf.anchor !== undefined &&
            aliased.has(`${leaf.document} ${leaf.anchor}`);
          const after =
            start +
            writer.text.slice(0, leaf.start) +
            value +
            writer.text.slice(leaf.end);
          expect(outcome(change)).toBe(isShared ? 'refused' : after);
          // What is written by hand here means what it should.
          const expected = dataOf(writer.text);
          setIn(expected[leaf.document], leaf.path, value);
          const data = dataOf(after.slice(start.length));
          expect(isShared || isDeepStrictEqual(data, expected)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
