import { isDeepStrictEqual } from 'node:util';
import {
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar,
  visit,
  YAMLMap,
} from 'yaml';
import { InputError } from '@backstage/errors';
import { setIn, withEnd } from './expected';
import { applySplices, formatScalar, replaceScalar, Splice } from './scalars';
import {
  fillDocument,
  fillEmpty,
  Insertable,
  insertItem,
  insertPair,
  rangeOf,
} from './structure';

export type YamlPath = ReadonlyArray<string | number>;

/** One value to be set. Keys that are missing on the way are added, behind the first of `after` that is there. */
export interface YamlChange {
  path: YamlPath;
  value: Insertable;
  after?: string[];
}

/**
 * One document of a file. It is edited by replacing the bytes of single scalars and inserting whole pairs; every edit
 * is proven by parsing the result and comparing its data with what was wanted, so that no edit reaches further
 * (through an anchor, say) than its own place.
 */
export class YamlDocument {
  #parsed: Document.Parsed | undefined;
  #data: unknown;

  constructor(readonly text: string, private readonly name: string) {}

  /** Its data, aliases and merge keys resolved. */
  get data(): unknown {
    if (this.#data === undefined)
      this.#data = toData(this.#document(), this.name);
    return this.#data;
  }

  get(path: YamlPath): unknown {
    return path.reduce<unknown>(
      (value, key) =>
        value && typeof value === 'object'
          ? Reflect.get(value, key)
          : undefined,
      this.data,
    );
  }

  /** The document's text with the changes made. */
  edit(changes: readonly YamlChange[]): string {
    const splices: Splice[] = [];
    const done = new Map<unknown, Set<string>>();
    const targets = new Set(
      changes.map(change => this.#physical(change.path).node),
    );
    for (const change of changes)
      this.#change(change, { changes, targets, done, splices });
    const text = applySplices(this.text, splices);
    this.#prove(text, changes);
    return text;
  }

  #document(): Document.Parsed {
    if (!this.#parsed) this.#parsed = parseStrictly(this.text, this.name);
    return this.#parsed;
  }

  /** The node at a path, aliases on the way followed; with the map or list that holds it. */
  #physical(path: YamlPath): {
    node: unknown;
    holder?: unknown;
    depth: number;
  } {
    const document = this.#document();
    let node: unknown = document.contents;
    let holder: unknown;
    for (let depth = 0; depth < path.length; depth++) {
      if (isAlias(node)) node = node.resolve(document);
      const key = path[depth];
      let next: unknown;
      if (isMap(node))
        next = node.items.find(
          pair => isScalar(pair.key) && String(pair.key.value) === String(key),
        )?.value;
      else if (isSeq(node)) next = node.items[Number(key)];
      if (next === undefined || next === null) return { node, holder, depth };
      holder = node;
      node = next;
    }
    return { node, holder, depth: path.length };
  }

  #change(
    change: YamlChange,
    edit: {
      changes: readonly YamlChange[];
      targets: Set<unknown>;
      done: Map<unknown, Set<string>>;
      splices: Splice[];
    },
  ): void {
    const { path, value, after } = change;
    const { changes, targets, done, splices } = edit;
    const { node: found, holder, depth } = this.#physical(path);
    const where = `${this.name} at ${path.join('.')}`;
    const once = (key: unknown, what: string) => {
      const seen = done.get(key) ?? new Set();
      if (seen.has(what)) return false;
      done.set(key, seen.add(what));
      return true;
    };
    if (depth === path.length) {
      if (!once(found, '')) return;
      if (isAlias(found) && typeof value === 'string') {
        // The anchored scalar changes too and carries the new value here; else the alias gives way to the value.
        if (targets.has(found.resolve(this.#document()))) return;
        const [start, end] = rangeOf(found);
        splices.push({ start, end, text: formatScalar(value, 'plain') });
        return;
      }
      if (!isScalar(found) || typeof value !== 'string')
        throw new InputError(`${where} is not a single value`);
      const [start] = rangeOf(found);
      splices.push(
        ...replaceScalar(
          this.text,
          found as Scalar.Parsed,
          value,
          `${where} (line ${this.#line(start)})`,
        ),
      );
      return;
    }
    const missing = path[depth];
    if (!once(found, String(missing))) return;
    // Several changes may add to the same new key; it is written once, with all of them.
    const added: { rest?: Insertable } = {};
    for (const other of changes) {
      const at = this.#physical(other.path);
      if (
        at.node === found &&
        at.depth < other.path.length &&
        other.path[at.depth] === missing
      ) {
        setIn(added, ['rest', ...other.path.slice(at.depth + 1)], other.value);
      }
    }
    const rest = added.rest ?? value;
    if (isMap(found)) {
      if (found.items.length === 0 && !found.flow)
        throw new InputError(`${where}: the map is empty`);
      splices.push(
        insertPair(this.text, found, {
          key: String(missing),
          value: rest,
          after,
        }),
      );
    } else if (isSeq(found)) {
      splices.push(insertItem(this.text, found, rest));
    } else if (found === null || found === undefined) {
      splices.push(
        fillDocument(
          this.text,
          typeof missing === 'number' ? [rest] : { [missing]: rest },
        ),
      );
    } else if (
      isScalar(found) &&
      found.value === null &&
      isMap(holder) &&
      found.source === ''
    ) {
      splices.push(
        fillEmpty(
          this.text,
          holder as YAMLMap,
          found,
          typeof missing === 'number' ? [rest] : { [missing]: rest },
        ),
      );
    } else {
      throw new InputError(
        `${where} can't be set: ${path
          .slice(0, depth)
          .join('.')} is a single value`,
      );
    }
  }

  #line(offset: number): number {
    return this.text.slice(0, offset).split('\n').length;
  }

  #prove(text: string, changes: readonly YamlChange[]): void {
    const expected: { root: unknown } = {
      root: JSON.parse(JSON.stringify(this.data ?? null)),
    };
    for (const { path, value } of changes)
      setIn(expected, ['root', ...path], withEnd(value, this.get(path)));
    const edited = toData(parseStrictly(text, this.name), this.name);
    if (
      !isDeepStrictEqual(
        JSON.parse(JSON.stringify(edited ?? null)),
        expected.root,
      )
    ) {
      throw new InputError(
        `${this.name}: ${changes
          .map(({ path }) => path.join('.'))
          .join(
            ', ',
          )} can't be edited alone, because an anchor or a merge key shares it with other values; write these values out`,
      );
    }
  }
}

function parseStrictly(text: string, name: string): Document.Parsed {
  // The library's own check for duplicates takes quadratic time on large maps.
  const lines = new LineCounter();
  const document = parseDocument(text, {
    uniqueKeys: false,
    merge: true,
    lineCounter: lines,
    prettyErrors: true,
  });
  if (document.errors.length > 0) {
    throw new InputError(
      `${name} is not valid YAML: ${document.errors[0].message
        .split('\n')[0]
        .replace(/:$/, '')}`,
    );
  }
  visit(document, {
    Map(_, map) {
      const keys = new Set<string>();
      for (const { key } of map.items) {
        const text_ = isScalar(key) ? String(key.value) : undefined;
        if (text_ === undefined || text_ === '<<') continue;
        if (keys.has(text_)) {
          throw new InputError(
            `${name} has the key '${text_}' twice in one map (line ${
              lines.linePos(rangeOf(key)[0]).line
            }); remove one of them`,
          );
        }
        keys.add(text_);
      }
    },
  });
  return document;
}

function toData(document: Document.Parsed, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 10_000 });
  } catch (error) {
    throw new InputError(
      `${name} can't be read: ${
        error instanceof Error ? error.message : error
      }`,
    );
  }
}
