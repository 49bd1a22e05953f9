import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { World } from './processes/World';
import { insertReport } from './report';
import { Row, SuiteOptions } from './suite';
import { suites } from './suites';
import { machine, toTable } from './table';

const HELP = `Measures the suite against its peers and prints one table.

  --only <names>           suites, with commas: ${suites
    .map(({ name }) => name)
    .join(', ')}
  --applications <numbers> sizes of an Instance (100,1000,10000)
  --entities <number>      entities of the catalog (5000)
  --minutes <number>       how long streams are troubled (10)
  --output <folder>        for table, rows and profiles (.benchmarks)
  --write                  puts the table into docs/performance.md
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      applications: { type: 'string', default: '100,1000,10000' },
      entities: { type: 'string', default: '5000' },
      minutes: { type: 'string', default: '10' },
      output: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const only = values.only?.split(',');
  const unknown = only?.filter(name => !suites.some(s => s.name === name));
  if (unknown?.length)
    throw new Error(`There is no suite ${unknown.join(', ')}\n\n${HELP}`);
  const root = resolvePackagePath('@fairway/benchmarks', '..', '..');
  const output = resolve(values.output ?? join(root, '.benchmarks'));
  await mkdir(output, { recursive: true });
  const started = Date.now();
  const log = (message: string) =>
    process.stderr.write(
      `${((Date.now() - started) / 1000)
        .toFixed(0)
        .padStart(5)} s  ${message}\n`,
    );
  const options: SuiteOptions = {
    applications: numbers(values.applications).sort((a, b) => a - b),
    minutes: numbers(values.minutes)[0],
    output,
    log,
  };
  log('starting a catalog, sign-in and permissions');
  const world = await World.start({ entities: numbers(values.entities)[0] });
  const rows: Row[] = [];
  let failed = false;
  try {
    for (const suite of suites) {
      if (only && !only.includes(suite.name)) continue;
      log(suite.title);
      try {
        rows.push(...(await suite.run(world, options)));
      } catch (error) {
        failed = true;
        log(`${suite.name} failed: ${error}`);
        rows.push({
          figure: suite.title,
          goal: '',
          measured: `could not be measured: ${error}`.slice(0, 300),
          met: false,
        });
      }
    }
  } finally {
    await world.stop();
  }
  const table = toTable(rows);
  await writeFile(join(output, 'table.md'), `${table}\n`);
  await writeFile(
    join(output, 'rows.json'),
    `${JSON.stringify({ machine: machine(), rows }, undefined, 2)}\n`,
  );
  process.stdout.write(`${table}\n\n${machine()}\n`);
  if (values.write) {
    const page = join(root, 'docs', 'performance.md');
    const text = await readFile(page, 'utf8');
    await writeFile(page, insertReport(text, { table, machine: machine() }));
  }
  // A missed goal is a result; only what could not be measured is a failure.
  if (failed) process.exitCode = 1;
}

function numbers(text: string): number[] {
  const parsed = text.split(',').map(Number);
  if (parsed.some(value => !Number.isFinite(value) || value <= 0))
    throw new Error(`'${text}' is not a list of positive numbers`);
  return parsed;
}

main().catch(error => {
  process.stderr.write(`✖ ${error.message}\n`);
  process.exit(1);
});
