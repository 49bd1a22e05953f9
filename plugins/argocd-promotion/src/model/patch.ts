/** One line of a diff as it is drawn. */
export interface PatchLine {
  kind: 'context' | 'removed' | 'added' | 'gap' | 'note';
  text: string;
  /** Line number in the file before, and after. */
  before?: number;
  after?: number;
}

/** A patch read for drawing. */
export interface ParsedPatch {
  lines: PatchLine[];
  added: number;
  removed: number;
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/;

/**
 * Reads a unified diff of one file. Hunk headers tell how many lines follow, so a removed line that looks like a header
 * (`--- a`) is not taken for one.
 */
export function parsePatch(patch: string): ParsedPatch {
  const lines: PatchLine[] = [];
  let before = 0;
  let after = 0;
  let leftBefore = 0;
  let leftAfter = 0;
  let hunks = 0;
  let added = 0;
  let removed = 0;
  const rows = patch.split('\n');
  if (rows[rows.length - 1] === '') rows.pop();
  for (const row of rows) {
    if (row.startsWith('\\')) {
      lines.push({ kind: 'note', text: 'no newline at the end of the file' });
      continue;
    }
    if (leftBefore <= 0 && leftAfter <= 0) {
      const hunk = HUNK.exec(row);
      if (!hunk) continue;
      before = Number(hunk[1]);
      after = Number(hunk[3]);
      leftBefore = hunk[2] === undefined ? 1 : Number(hunk[2]);
      leftAfter = hunk[4] === undefined ? 1 : Number(hunk[4]);
      if (hunks > 0) lines.push({ kind: 'gap', text: hunk[5] });
      hunks += 1;
      continue;
    }
    const text = row.slice(1).replace(/\r$/, '');
    if (row.startsWith('-')) {
      lines.push({ kind: 'removed', text, before });
      before += 1;
      leftBefore -= 1;
      removed += 1;
    } else if (row.startsWith('+')) {
      lines.push({ kind: 'added', text, after });
      after += 1;
      leftAfter -= 1;
      added += 1;
    } else {
      lines.push({ kind: 'context', text, before, after });
      before += 1;
      after += 1;
      leftBefore -= 1;
      leftAfter -= 1;
    }
  }
  return { lines, added, removed };
}

/** How many blanks every line of a file begins with. */
export function sharedIndent(lines: PatchLine[]): number {
  const widths = lines
    .filter(
      ({ kind, text }) => kind !== 'gap' && kind !== 'note' && text.trim(),
    )
    .map(({ text }) => text.length - text.trimStart().length);
  return widths.length > 0 ? Math.min(...widths) : 0;
}
