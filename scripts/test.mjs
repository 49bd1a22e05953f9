// Runs every package's tests against SQLite and a real PostgreSQL. Arguments go on to Jest.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startPostgres } from './postgres.mjs';
import { root, say, whenOrphaned } from './toolchain.mjs';

const args = process.argv.slice(2);
const dir = mkdtempSync(path.join(os.tmpdir(), 'argocd-promotion-test-'));
const report = path.join(dir, 'report.json');

/** What Jest alone would let pass: tests that were not run, and PostgreSQL that was never asked. */
function complaints(result) {
  const found = [];
  if (result.numPendingTests + result.numTodoTests > 0) {
    found.push(
      `${
        result.numPendingTests + result.numTodoTests
      } tests were skipped; a test runs or it goes`,
    );
  }
  const names = result.testResults.flatMap(suite =>
    suite.assertionResults.map(test => test.fullName),
  );
  if (args.length === 0 && !names.some(name => /postgres/i.test(name))) {
    found.push('No test ran against PostgreSQL');
  }
  return found;
}

function runJest(connectionString) {
  const child = spawn(
    'yarn',
    [
      'backstage-cli',
      'repo',
      'test',
      '--watchAll=false',
      // Jest's five seconds say more about how busy a machine is than about the code.
      '--testTimeout=60000',
      '--json',
      `--outputFile=${report}`,
      ...args,
    ],
    {
      cwd: root,
      env: {
        ...process.env,
        BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING: connectionString,
        BACKSTAGE_TEST_DISABLE_DOCKER: '1',
      },
      // Jest tells its progress on stderr; its JSON would only repeat itself on stdout.
      stdio: ['ignore', 'ignore', 'inherit'],
      detached: true,
    },
  );
  const interrupt = () => {
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // it has ended already
    }
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.on('SIGHUP', interrupt);
  whenOrphaned(interrupt);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ? 130 : code));
  });
}

say('Starting PostgreSQL');
const postgres = await startPostgres();
try {
  say('Running the tests of all packages');
  const code = await runJest(postgres.connectionString);
  const result = JSON.parse(readFileSync(report, 'utf8'));
  const found = complaints(result);
  for (const complaint of found) process.stderr.write(`✖ ${complaint}\n`);
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  process.exitCode = code || (failed + found.length > 0 ? 1 : 0);
  process.stdout.write(`${result.numPassedTests} passed, ${failed} failed\n`);
} catch (error) {
  process.stderr.write(`✖ The tests did not finish: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  await postgres.stop();
  rmSync(dir, { recursive: true, force: true });
}
