import { diffArrays } from 'diff';
import { InputError } from '@backstage/errors';
import { Splice } from './scalars';

interface Line {
  start: number;
  /** Before its line ending. */
  end: number;
  /** Without indentation. */
  content: string;
}

const endOf = (value: string) => /\n*$/.exec(value)?.[0] ?? '';
const trimEnd = (value: string) => value.replace(/\n+$/, '').split('\n');

/**
 * Replaces lines of a literal block scalar (`|`): only those that differ, so that its other lines keep their bytes.
 * `start` and `end` are the range of the scalar with its header, `old` is what it means.
 */
export function replaceLiteralLines(
  text: string,
  range: { start: number; end: number },
  value: { old: string; new: string },
  where: string,
): Splice[] {
  const refuse = (why: string) =>
    new InputError(`${where} ${why}, and can't be edited line by line`);
  const body = text.indexOf('\n', range.start) + 1;
  const header = text.slice(range.start, body);
  if (/^\|[+-]?[1-9]/.test(header))
    throw refuse('has an indentation indicator');
  const raw = text.slice(body, range.end);
  const indent = /^(?:[ \t]*\r?\n)*( +)\S/.exec(raw)?.[1] ?? '';
  const eol = header.endsWith('\r\n') ? '\r\n' : '\n';

  const lines: Line[] = [];
  for (const match of raw.matchAll(/([^\n]*)(\n|$)/g)) {
    if (match[0] === '') continue;
    const content = match[1].replace(/\r$/, '');
    const start = body + match.index;
    lines.push({
      start,
      end: start + content.length,
      content: content.slice(indent.length),
    });
  }
  const [before, after] = [trimEnd(value.old), trimEnd(value.new)];
  lines.length = Math.min(lines.length, before.length);
  if (
    indent === '' ||
    lines.map(({ content }) => content).join('\n') !== before.join('\n')
  )
    throw refuse('is written in an unusual form');
  if (endOf(value.old) !== endOf(value.new))
    throw refuse('would end otherwise');

  const splices: Splice[] = [];
  let at = 0;
  const hunks = diffArrays(before, after);
  hunks.forEach((hunk, i) => {
    const added = (content: string) =>
      content === '' ? '' : `${indent}${content}`;
    if (!hunk.added && !hunk.removed) at += hunk.value.length;
    else if (hunk.removed) {
      const last = lines[at + hunk.value.length - 1];
      const next = hunks[i + 1]?.added ? hunks[i + 1].value : undefined;
      if (!next) throw refuse('would lose lines');
      const start = lines[at].start;
      splices.push({ start, end: last.end, text: next.map(added).join(eol) });
      at += hunk.value.length;
    } else if (!hunks[i - 1]?.removed) {
      const inserted = hunk.value.map(added);
      const start = at === 0 ? lines[0].start : lines[at - 1].end;
      splices.push({
        start,
        end: start,
        text:
          at === 0
            ? inserted.map(line => line + eol).join('')
            : inserted.map(line => eol + line).join(''),
      });
    }
  });
  return splices;
}
