import { cpus, totalmem } from 'node:os';
import { Row } from './suite';

const cell = (text: string): string =>
  text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const MARKS = { true: 'met', false: '**missed**', undefined: '–' };

/** The rows as a table in Markdown. */
export function toTable(rows: Row[]): string {
  const lines = rows.map(({ figure, goal, measured, met, note }) =>
    [figure, goal, measured, MARKS[`${met}`], note ?? ''].map(cell).join(' | '),
  );
  return [
    '| figure | goal | measured | | how it came about |',
    '| --- | --- | --- | --- | --- |',
    ...lines.map(line => `| ${line} |`),
  ].join('\n');
}

/** What the figures were measured on. */
export function machine(): string {
  const [cpu] = cpus();
  return `${cpus().length} cores (${
    cpu?.model.trim() || 'unknown'
  }), ${Math.round(totalmem() / 2 ** 30)} GB of memory, Node ${
    process.versions.node
  }, ${process.platform} ${process.arch}`;
}
