import { structuredPatch } from 'diff';
import { decodeText } from '../bytes';
import { MaskedLines } from './maskedLines';

interface ShownLine {
  sign: ' ' | '-' | '+';
  text: MaskedLines;
  number: number;
}

/**
 * Unified diff of one file, for people who may read a plan but not every secret. Values of Secrets, of keys that sound
 * like one and passwords in addresses are masked, also in changed lines; a value that the plan itself changes is a pin
 * and is shown.
 *
 * @param options - `showPins: false` shows no such value, for texts that are not those of a plan
 */
export function unifiedPatch(
  path: string,
  before: Uint8Array,
  after: Uint8Array,
  { showPins = true }: { showPins?: boolean } = {},
): string {
  const [from, to] = [before, after].map(bytes =>
    decodeText(bytes, path).replace(/^\uFEFF/, ''),
  );
  const [old, changed] = [new MaskedLines(from), new MaskedLines(to)];
  const { hunks } = structuredPatch(
    `a/${path}`,
    `b/${path}`,
    from,
    to,
    undefined,
    undefined,
    { context: old.showsContext && changed.showsContext ? 3 : 0 },
  );
  const lines = [`--- a/${path}`, `+++ b/${path}`];
  for (const hunk of hunks) {
    lines.push(
      `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    );
    let [oldLine, newLine] = [hunk.oldStart - 1, hunk.newStart - 1];
    const shown = hunk.lines.flatMap<ShownLine | string>(line => {
      if (line.startsWith('-'))
        return [{ sign: '-', text: old, number: oldLine++ }];
      if (line.startsWith('+'))
        return [{ sign: '+', text: changed, number: newLine++ }];
      if (!line.startsWith(' ')) return [line];
      newLine++;
      return [{ sign: ' ', text: old, number: oldLine++ }];
    });
    const changes = changedSecrets(
      shown.filter(line => typeof line !== 'string'),
    );
    for (const line of shown) {
      if (typeof line === 'string') lines.push(line);
      else {
        const isShown = (secret: string) =>
          showPins && line.sign !== ' ' && changes.has(secret);
        lines.push(
          `${line.sign}${line.text
            .line(line.number, isShown)
            .replace(/\r$/, '')}`,
        );
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Values whose key is on both sides of a change, each with another value. */
function changedSecrets(lines: ShownLine[]): Set<string> {
  const of = (sign: '-' | '+') =>
    new Set(
      lines
        .filter(line => line.sign === sign)
        .flatMap(({ text, number }) => text.secrets(number)),
    );
  const [removed, added] = [of('-'), of('+')];
  const keys = (secrets: Set<string>) =>
    new Set([...secrets].map(secret => secret.split('\n')[0]));
  const [removedKeys, addedKeys] = [keys(removed), keys(added)];
  return new Set([
    ...[...removed].filter(
      secret => !added.has(secret) && addedKeys.has(secret.split('\n')[0]),
    ),
    ...[...added].filter(
      secret => !removed.has(secret) && removedKeys.has(secret.split('\n')[0]),
    ),
  ]);
}
