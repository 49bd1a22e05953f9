import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { recordingsDirectory } from '../../__testUtils__/recordings';

/** The facts of the recordings that only the simulator's contract reads. */
export const contractTables = join(
  recordingsDirectory,
  '../src/contract/__facts__',
);

/** The facts that the product tells. */
export const productTables = join(__dirname, '..');

/** One table: a row a recording. */
export function readTable<Row>(
  name: string,
  folder = productTables,
): [string, Row][] {
  return Object.entries(
    parse(readFileSync(join(folder, `${name}.yaml`), 'utf8')) as Record<
      string,
      Row
    >,
  );
}

/** The names of all tables of a folder. */
export const tablesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(file => file.endsWith('.yaml'))
        .map(file => file.slice(0, -'.yaml'.length))
    : [];
