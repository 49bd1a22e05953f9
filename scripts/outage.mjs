// Breaks one Argo CD of the running demo, or mends it: npm run outage -- eu down
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './toolchain.mjs';

const usage = `Usage: npm run outage -- <instance> down|hanging|500|expired-token|over
  For example: npm run outage -- eu down
  With several demos, name one by the port of its backend: DEMO_PORT=7007 npm run outage -- eu over
`;

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The demos that run from this folder, by the port of their backends. */
function runningDemos() {
  let folders = [];
  try {
    folders = readdirSync(path.join(root, '.demo'));
  } catch {
    // No demo was ever started here.
  }
  return folders.flatMap(port => {
    try {
      const file = path.join(root, '.demo', port, 'demo.json');
      const { admin, pid } = JSON.parse(readFileSync(file, 'utf8'));
      return isRunning(pid) ? [{ port, admin }] : [];
    } catch {
      return [];
    }
  });
}

function theDemo() {
  const wanted = process.env.DEMO_PORT;
  const demos = runningDemos().filter(
    ({ port }) => wanted === undefined || port === wanted,
  );
  if (demos.length === 1) return demos[0];
  throw new Error(
    demos.length === 0
      ? 'No demo is running: start one with npm run demo'
      : `Several demos are running (${demos
          .map(({ port }) => port)
          .join(', ')}): name one in DEMO_PORT`,
  );
}

const [instance, kind] = process.argv.slice(2);
try {
  if (!instance || !kind) throw new Error(usage);
  const answer = await fetch(`${theDemo().admin}/outage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ instance, kind }),
  });
  if (!answer.ok) throw new Error((await answer.json()).message);
  process.stdout.write(
    kind === 'over'
      ? `Argo CD instance ${instance} works again.\n`
      : `Argo CD instance ${instance} is out (${kind}). Mend it: npm run outage -- ${instance} over\n`,
  );
} catch (error) {
  process.stderr.write(`✖ ${error.message}\n`);
  process.exitCode = 1;
}
