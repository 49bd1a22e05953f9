// The whole product on one machine: simulator, backend and app. Ctrl-C ends all of them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readUsers } from './demoUsers.mjs';
import { freePort, ProcessGroup, waitForHttp } from './processes.mjs';
import { root, say, whenOrphaned } from './toolchain.mjs';

const usage = `Usage: npm run demo -- [options]
  --app new|legacy|both  which app: new frontend system (default), old, or both
  --speed N              how many times faster than life the simulated cluster is (default 10)
  --state FILE           also write the addresses, as JSON, when everything is ready
  --verbose              print what the programs print
`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        app: { type: 'string', default: 'new' },
        speed: { type: 'string', default: '10' },
        state: { type: 'string' },
        verbose: { type: 'boolean', default: false },
      },
    });
    if (!['new', 'legacy', 'both'].includes(values.app)) {
      throw new Error(`There is no app '${values.app}'`);
    }
    if (!(Number(values.speed) > 0)) {
      throw new Error(`'${values.speed}' is no speed: give a number above 0`);
    }
    return values;
  } catch (error) {
    process.stderr.write(`✖ ${error.message}\n${usage}`);
    return process.exit(2);
  }
}

const options = readOptions();
const started = Date.now();
const taken = [];
const backendPort = await port('backend', 7007, taken);
// Another demo may be running from the same folder.
const logs = path.join(root, '.demo', String(backendPort));
rmSync(logs, { recursive: true, force: true });
mkdirSync(logs, { recursive: true });
const group = new ProcessGroup({ logs, verbose: options.verbose });
const transform = path.join(
  root,
  'node_modules/@backstage/cli/config/nodeTransform.cjs',
);

async function port(name, wanted, taken) {
  const free = await freePort(wanted, taken);
  if (free !== wanted) say(`Port ${wanted} is taken: the ${name} uses ${free}`);
  taken.push(free);
  return free;
}

function startSimulator() {
  say('Starting the simulated Argo CD, git host and registry');
  return new Promise((resolve, reject) => {
    group.failure.catch(reject);
    group.start(
      'simulator',
      process.execPath,
      [
        ...['--require', transform],
        path.join(root, 'packages/argocd-simulator/src/cli.ts'),
        ...['--shop', '--speed', options.speed],
        ...['--data', path.join(logs, 'simulator')],
      ],
      {
        cwd: root,
        env: process.env,
        onLine: line => {
          if (line.startsWith('{"ready":true')) resolve(JSON.parse(line));
        },
      },
    );
  });
}

const configFiles = ['app-config.yaml', 'app-config.demo.yaml'].flatMap(
  file => ['--config', path.join(root, file)],
);

/** What app-config.demo.yaml leaves open, for every program that reads it. */
function settings({ simulator, users, apps, backend }) {
  return {
    ...process.env,
    NODE_ENV: 'development',
    DEMO_ARGOCD_URL: simulator.instances.main.url,
    DEMO_ARGOCD_TOKEN: simulator.instances.main.token,
    DEMO_ARGOCD_EU_URL: simulator.instances.eu.url,
    DEMO_ARGOCD_EU_TOKEN: simulator.instances.eu.token,
    DEMO_GIT_URL: simulator.git,
    DEMO_GIT_HOST: new URL(simulator.git).host,
    DEMO_GIT_TOKEN: simulator.gitTokens.backstage,
    DEMO_REGISTRY_HOST: simulator.registry,
    DEMO_CATALOG: simulator.catalog,
    APP_CONFIG_app_baseUrl: apps[0].url,
    APP_CONFIG_backend_baseUrl: backend.url,
    APP_CONFIG_backend_listen_port: String(backend.port),
    APP_CONFIG_backend_cors_origin: JSON.stringify(apps.map(app => app.url)),
    APP_CONFIG_demo_users: JSON.stringify(users),
  };
}

async function start() {
  const backend = { port: backendPort, url: `http://localhost:${backendPort}` };
  const apps = [];
  for (const [kind, folder] of [
    ['new', 'app'],
    ['legacy', 'app-legacy'],
  ]) {
    if (![kind, 'both'].includes(options.app)) continue;
    const appPort = await port('app', 3000 + apps.length, taken);
    apps.push({ kind, folder, url: `http://localhost:${appPort}` });
  }

  const simulator = await startSimulator();
  const users = readUsers(simulator.catalog);
  const env = settings({ simulator, users, apps, backend });

  say('Starting the Backstage backend');
  group.start(
    'backend',
    process.execPath,
    ['--require', transform, 'src/index.ts', ...configFiles],
    { cwd: path.join(root, 'packages/backend'), env },
  );
  for (const app of apps) {
    say(`Building the app (packages/${app.folder})`);
    group.start(
      app.folder,
      process.execPath,
      [
        path.join(root, 'node_modules/@backstage/cli/bin/backstage-cli'),
        ...['package', 'start'],
        ...configFiles,
      ],
      {
        cwd: path.join(root, 'packages', app.folder),
        env: { ...env, APP_CONFIG_app_baseUrl: app.url },
      },
    );
  }

  const health = `${backend.url}/.backstage/health/v1/readiness`;
  await Promise.all([
    waitForHttp(health, { timeoutMs: 180_000 }).then(() =>
      say('The backend is ready'),
    ),
    ...apps.map(app => waitForHttp(app.url, { timeoutMs: 180_000 })),
  ]);
  return { apps, backend, simulator, users };
}

function announce({ apps, users, simulator }) {
  const seconds = Math.round((Date.now() - started) / 1000);
  const width = Math.max(...users.map(user => user.name.length));
  process.stdout.write(`
Ready after ${seconds} s.

${apps.map(app => `  ${app.url}  (packages/${app.folder})`).join('\n')}

Sign in as one of
${users.map(user => `  ${user.name.padEnd(width)}  ${user.team}`).join('\n')}

What to try
  1. Open a service of your team in the catalog, and its tab Promotion.
  2. Press Promote on the arrow between dev and staging, read the exact change, confirm, and watch it arrive.
  3. Ask for prod: the release soaks for a while, and somebody else must approve. Sign in as Gil Moreau, a release manager,
     review and approve; that opens a pull request at ${simulator.git}.
  4. Open the service returns: it went to staging by itself, its smoke test failed, git went back, and staging is held.
     Its timeline tells the story; lift the hold in the lane.
  5. Sign in as somebody of another team: they see the same, and why they may not promote it.
  6. Open the service assortment: half of its prod is on a second Argo CD. Break that with "npm run outage -- eu down"
     (or hanging, 500, expired-token), look at the tab, and mend it with "npm run outage -- eu over".

Logs are in ${path.relative(root, logs)}/. Ctrl-C stops everything.
`);
}

let interrupted = false;
function interrupt() {
  if (interrupted) {
    group.killNow();
    return;
  }
  interrupted = true;
  say('Stopping');
  group.stop().then(() => process.exit(0));
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, interrupt);
}
whenOrphaned(interrupt);
process.on('exit', () => group.killNow());

try {
  const demo = await Promise.race([start(), group.failure]);
  writeFileSync(
    path.join(logs, 'demo.json'),
    JSON.stringify({ admin: demo.simulator.admin, pid: process.pid }),
  );
  announce(demo);
  if (options.state) {
    const { apps, backend, simulator, users } = demo;
    writeFileSync(
      options.state,
      JSON.stringify({ apps, backend, simulator, users }, null, 2),
    );
  }
  await group.failure;
} catch (error) {
  if (!interrupted) {
    process.stderr.write(`✖ ${error.message}\n`);
    await group.stop();
    process.exit(1);
  }
}
