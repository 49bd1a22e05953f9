// The browser tests: the demo with both apps on free ports, and Playwright driving the machine's Chromium over it.
import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ProcessGroup } from './processes.mjs';
import { root, say, whenOrphaned } from './toolchain.mjs';

const browsers = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];

function runs(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** CHROMIUM_PATH or CHROMIUM where set, else the first browser on the PATH. */
function findBrowser() {
  const named = process.env.CHROMIUM_PATH || process.env.CHROMIUM;
  if (named) {
    if (!runs(named)) throw new Error(`There is no browser at '${named}'`);
    return named;
  }
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  for (const name of browsers) {
    const found = folders.map(dir => path.join(dir, name)).find(runs);
    if (found) return found;
  }
  throw new Error(
    'No Chromium here: install one (apt-get install chromium), or name it in CHROMIUM_PATH',
  );
}

/** Resolves when the demo has written its addresses, which it does when everything answers. */
async function addresses(file, deadlineMs) {
  const deadline = Date.now() + deadlineMs;
  while (Date.now() < deadline) {
    // Written in one go, but a reader may come in between.
    if (existsSync(file)) {
      try {
        return JSON.parse(readFileSync(file, 'utf8'));
      } catch {
        // not whole yet
      }
    }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  throw new Error(
    `The demo was not ready in ${deadlineMs / 1000} s; its logs are in .demo/`,
  );
}

function runPlaywright(env, args) {
  const child = spawn(
    process.execPath,
    [path.join(root, 'node_modules/@playwright/test/cli.js'), 'test', ...args],
    {
      cwd: path.join(root, 'packages/e2e-tests'),
      env,
      stdio: 'inherit',
      detached: true,
    },
  );
  const kill = signal => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // it has ended already
    }
  };
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ? 1 : code));
  });
  return { kill, ended };
}

const dir = mkdtempSync(path.join(os.tmpdir(), 'argocd-promotion-e2e-'));
const state = path.join(dir, 'demo.json');
const group = new ProcessGroup({ logs: dir, verbose: false });
let tests;

async function cleanUp() {
  tests?.kill('SIGKILL');
  await group.stop();
  rmSync(dir, { recursive: true, force: true });
}

let interrupted = false;
function interrupt() {
  if (interrupted) return;
  interrupted = true;
  cleanUp().then(() => process.exit(130));
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, interrupt);
}
whenOrphaned(interrupt);
process.on('exit', () => {
  tests?.kill('SIGKILL');
  group.killNow();
});

try {
  const browser = findBrowser();
  const version = spawnSync(browser, ['--version'], { encoding: 'utf8' });
  say(`Browser: ${version.stdout?.trim() || browser}`);
  say('Starting the demo with both apps');
  group.start(
    'demo',
    process.execPath,
    [
      path.join(root, 'scripts/demo.mjs'),
      ...['--app', 'both', '--speed', '20', '--state', state],
    ],
    { cwd: root, env: process.env },
  );
  await Promise.race([addresses(state, 300_000), group.failure]);
  say('Running the browser tests');
  tests = runPlaywright(
    { ...process.env, CHROMIUM_PATH: browser, DEMO_STATE: state },
    process.argv.slice(2),
  );
  process.exitCode = await Promise.race([tests.ended, group.failure]);
} catch (error) {
  if (!interrupted) {
    process.stderr.write(`✖ ${error.message}\n`);
    process.stdout.write('0 passed, 1 failed\n');
    process.exitCode = 1;
  }
} finally {
  if (!interrupted) await cleanUp();
}
if (!interrupted) process.exit();
