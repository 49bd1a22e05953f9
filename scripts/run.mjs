// `node scripts/run.mjs <task>`: the entrance for any Node >= 20. Makes the machine ready, then runs the task.
import {
  ensureInstalled,
  ensureToolchain,
  runCommand,
  runScript,
} from './toolchain.mjs';

const tasks = {
  demo: 'demo.mjs',
  test: 'test.mjs',
  e2e: 'e2e.mjs',
  outage: 'outage.mjs',
  exec: undefined, // any command, with the right Node and Yarn
  setup: undefined, // only makes ready
};

const [task, ...args] = process.argv.slice(2);
if (!(task in tasks)) {
  process.stderr.write(
    `Usage: node scripts/run.mjs ${Object.keys(tasks).join('|')} [arguments]\n`,
  );
  process.exit(2);
}

try {
  const env = ensureToolchain();
  ensureInstalled(env);
  if (tasks[task]) {
    process.exitCode = await runScript(tasks[task], args, env);
  } else if (task === 'exec' && args.length > 0) {
    process.exitCode = await runCommand(args, env);
  }
} catch (error) {
  process.stderr.write(`✖ ${error.message}\n`);
  process.exitCode = 1;
}
