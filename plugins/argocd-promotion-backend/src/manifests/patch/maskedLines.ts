import { splitDocuments } from '../yaml/documents';
import { MAX_STRUCTURED, SecretSpan, secretSpans } from './secretSpans';

const MASK = '********';

/** Lines of a text, of which single ones are shown with their secret values masked. */
export class MaskedLines {
  readonly #text: string;
  readonly #starts: number[];
  readonly #documents: Array<{ start: number; text: string }>;
  readonly #spans = new Map<number, SecretSpan[]>();

  constructor(text: string) {
    this.#text = text;
    this.#starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
      this.#starts.push(at + 1);
    this.#documents = splitDocuments(text).map(part => ({
      start: part.offset,
      text: part.text,
    }));
  }

  /** Whether the lines around a change may be shown: what is secret in them is known. */
  get showsContext(): boolean {
    return this.#documents.every(({ text }) => text.length <= MAX_STRUCTURED);
  }

  /** What is secret in a line, as `key` and value. */
  secrets(line: number): string[] {
    return this.#inLine(line).map(span => this.#identity(span));
  }

  /** A line as people may see it; `isShown` lets a value through. */
  line(line: number, isShown: (secret: string) => boolean): string {
    const start = this.#starts[line];
    const end = this.#endOf(line);
    let shown = '';
    let at = start;
    for (const span of this.#inLine(line)) {
      if (isShown(this.#identity(span)) || span.end <= at) continue;
      // The indentation of the lines of a block stays.
      const indent =
        span.start < start
          ? /^\s*/.exec(this.#text.slice(start, end))?.[0].length ?? 0
          : 0;
      const from = Math.max(span.start, start + indent, at);
      const to = Math.min(span.end, end);
      if (to <= from) continue;
      shown += this.#text.slice(at, from) + MASK;
      at = to;
    }
    return shown + this.#text.slice(at, end);
  }

  #endOf(line: number): number {
    const next = this.#starts[line + 1];
    return next === undefined ? this.#text.length : next - 1;
  }

  #identity({ key, start, end }: SecretSpan): string {
    return `${key}\n${this.#text.slice(start, end)}`;
  }

  /** Only documents of which a line is shown are parsed. */
  #inLine(line: number): SecretSpan[] {
    const [start, end] = [this.#starts[line], this.#endOf(line)];
    const index = this.#documents.findLastIndex(
      document => document.start <= start,
    );
    const document = this.#documents[index];
    if (!document) return [];
    let spans = this.#spans.get(index);
    if (!spans) {
      spans = secretSpans(document.text).map(span => ({
        ...span,
        start: span.start + document.start,
        end: span.end + document.start,
      }));
      this.#spans.set(index, spans);
    }
    return spans.filter(span => span.start < end && span.end > start);
  }
}
