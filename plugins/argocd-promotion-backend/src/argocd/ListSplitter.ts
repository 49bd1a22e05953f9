import { ServiceUnavailableError } from '@backstage/errors';

/** What a list may be at most, in bytes and counts; beyond it, it is not what Argo CD would answer. */
export interface ListLimits {
  /** Of one item: Kubernetes stores objects of up to about 1.5 MB. */
  itemBytes: number;
  totalBytes: number;
  items: number;
  /** Deeper nesting than this would exhaust the stack of whoever walks it. */
  depth: number;
}

export const DEFAULT_LIMITS: ListLimits = {
  itemBytes: 8 * 1024 * 1024,
  totalBytes: 512 * 1024 * 1024,
  items: 50_000,
  depth: 100,
};

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** Longest key of the outermost object that is read. */
const MAX_KEY = 64;

const isSpace = (byte: number) =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/**
 * Finds the items of `{…, "items": […], …}` and the value of `metadata` in bytes as they arrive, and hands on the bytes
 * of each. It only follows quotes and brackets, which takes a fraction of the time of parsing; the parts are then parsed
 * one by one, so that neither the whole list stands in memory nor one parse blocks the event loop.
 */
export class ListSplitter {
  #depth = 0;
  #inString = false;
  #escaped = false;
  #begun = false;
  #ended = false;
  #total = 0;
  #items = 0;
  /** Bytes since the last part of an item. */
  #useless = 0;
  /** Of the outermost object: the last string, and the key whose value is being read. */
  #text = '';
  #key = '';
  #part?: { kind: 'item' | 'metadata'; pieces: Uint8Array[]; size: number };

  constructor(
    private readonly options: {
      onItem: (json: Buffer) => void;
      onMetadata: (json: Buffer) => void;
      limits: ListLimits;
    },
  ) {}

  /** Whether the outermost object is closed. */
  get ended(): boolean {
    return this.#ended;
  }

  write(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#total += bytes.length;
    if (this.#total > this.options.limits.totalBytes)
      throw tooLarge(
        `the list is longer than ${this.options.limits.totalBytes} bytes`,
      );
    const items = this.#items;
    let from = this.#part ? 0 : -1;
    for (let i = 0; i < bytes.length; i += 1) {
      if (this.#inString) {
        i = this.#skipString(bytes, i);
        continue;
      }
      const byte = bytes[i];
      if (isSpace(byte)) continue;
      if (byte === QUOTE) {
        this.#inString = true;
        if (this.#depth === 0) throw notAList();
        if (this.#depth === 1) this.#text = '';
      } else if (byte === OPEN || byte === OPEN_LIST) {
        if (this.#open(byte)) from = i;
      } else if (byte === CLOSE || byte === CLOSE_LIST) {
        if (this.#close()) {
          this.#take(bytes.subarray(from, i + 1));
          this.#finish();
          from = -1;
        }
      } else if (this.#depth === 0) {
        throw notAList();
      } else if (this.#depth === 1) {
        if (byte === COLON) this.#key = this.#text;
        else if (byte === COMMA) this.#key = '';
      }
    }
    if (from >= 0) this.#take(bytes.subarray(from));
    this.#useless =
      from >= 0 || this.#items > items ? 0 : this.#useless + bytes.length;
    // Blanks without end would keep the reader busy until the whole list is too long.
    if (this.#useless > this.options.limits.itemBytes)
      throw tooLarge('the list holds too much that is no item');
  }

  /** Index of the last byte that belongs to the string, as far as it has come. */
  #skipString(bytes: Buffer, begin: number): number {
    let i = begin;
    if (this.#escaped) {
      this.#escaped = false;
      i += 1;
    }
    for (; i < bytes.length; i += 1) {
      const byte = bytes[i];
      if (byte === BACKSLASH) {
        if (i + 1 === bytes.length) this.#escaped = true;
        i += 1;
      } else if (byte === QUOTE) {
        this.#inString = false;
        this.#remember(bytes, begin, i);
        return i;
      }
    }
    this.#remember(bytes, begin, bytes.length);
    return bytes.length - 1;
  }

  #remember(bytes: Buffer, begin: number, end: number): void {
    if (this.#depth !== 1 || this.#text.length > MAX_KEY) return;
    this.#text += bytes.toString(
      'latin1',
      begin,
      Math.min(end, begin + MAX_KEY + 1),
    );
  }

  /** True when a part begins here. */
  #open(byte: number): boolean {
    if (this.#ended || (this.#depth === 0 && (this.#begun || byte !== OPEN)))
      throw notAList();
    this.#begun = true;
    this.#depth += 1;
    if (this.#depth > this.options.limits.depth)
      throw tooLarge('an item of the list is nested too deeply');
    if (this.#part || byte !== OPEN) return false;
    if (this.#depth === 2 && this.#key === 'metadata')
      this.#part = { kind: 'metadata', pieces: [], size: 0 };
    else if (this.#depth === 3 && this.#key === 'items')
      this.#part = { kind: 'item', pieces: [], size: 0 };
    return this.#part !== undefined;
  }

  /** True when a part ends here. */
  #close(): boolean {
    if (this.#depth === 0) throw notAList();
    this.#depth -= 1;
    if (this.#depth === 0) this.#ended = true;
    return (
      this.#part !== undefined &&
      this.#depth === (this.#part.kind === 'item' ? 2 : 1)
    );
  }

  #take(piece: Uint8Array): void {
    if (!this.#part) return;
    this.#part.size += piece.length;
    if (this.#part.size > this.options.limits.itemBytes)
      throw tooLarge('an item of the list is too large');
    this.#part.pieces.push(piece);
  }

  #finish(): void {
    if (!this.#part) return;
    const { kind, pieces } = this.#part;
    this.#part = undefined;
    const json =
      pieces.length === 1 ? Buffer.from(pieces[0]) : Buffer.concat(pieces);
    if (kind === 'metadata') {
      this.options.onMetadata(json);
      return;
    }
    this.#items += 1;
    if (this.#items > this.options.limits.items)
      throw tooLarge(
        `the list has more than ${this.options.limits.items} items`,
      );
    this.options.onItem(json);
  }
}

/** What came is no list of Argo CD. */
export function notAList(): Error {
  return new ServiceUnavailableError(
    'the list is not JSON; is the url of the instance that of Argo CD?',
  );
}

function tooLarge(message: string): Error {
  return new ServiceUnavailableError(message);
}
