// Brings the Node and Yarn that this repository is built with, for whoever has any Node >= 20 with npm.
// Only Node's own modules are used here: nothing is installed yet when this runs.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '..',
);
const home = path.join(root, '.toolchain');
const installStamp = path.join(root, 'node_modules', '.installed-state');

const readText = file => readFileSync(path.join(root, file), 'utf8');

export const say = message => process.stdout.write(`» ${message}\n`);

/** The pinned versions; each is written down in exactly one file of the repository. */
export function pins() {
  return {
    node: readText('.node-version').trim(),
    yarn: JSON.parse(readText('package.json')).packageManager.split('@')[1],
  };
}

/** The npm package that carries Node's binary and headers for a platform. */
export function nodePackage(platform, arch) {
  // The plain name for Apple silicon was taken when those packages began.
  const prefix =
    platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${platform}-${arch}`;
}

/**
 * Whether a Node can build and run the repository: Backstage wants 22 or 24, and native addons built against the
 * headers of 24.19 and later abort the backend (nodejs/node#65446).
 */
export function nodeIsRight(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major === 22 || (major === 24 && minor <= 18);
}

/** The folder that holds include/node of a Node binary, if it came with its headers. */
function headersOf(nodeBinary) {
  const dir = path.resolve(path.dirname(nodeBinary), '..');
  return existsSync(path.join(dir, 'include/node/node.h')) ? dir : undefined;
}

function yarnOnPathIsRight() {
  const result = spawnSync('yarn', ['--version'], {
    cwd: root,
    encoding: 'utf8',
    // Corepack's shim would ask before it downloads; then ours is the better one.
    env: { ...process.env, COREPACK_ENABLE_NETWORK: '0' },
    timeout: 10_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return result.status === 0 && /^4\./.test(result.stdout.trim());
}

/** What npm itself put into the environment would steer the npm and Yarn started from here. */
function cleanEnvironment() {
  const env = { ...process.env };
  for (const key of Object.keys(env)) {
    if (
      /^npm_(package|lifecycle|config|command|execpath|node_execpath)/i.test(
        key,
      )
    ) {
      delete env[key];
    }
  }
  return env;
}

function run(command, args, options) {
  const result = spawnSync(command, args, { stdio: 'inherit', ...options });
  if (result.error) throw result.error;
  if (result.status !== 0) {
    throw new Error(
      `${command} ${args.join(' ')} ended with ${
        result.signal ?? `code ${result.status}`
      }`,
    );
  }
}

function link(target, file) {
  rmSync(file, { force: true });
  symlinkSync(target, file);
}

/** Installs the pinned Node and Yarn below .toolchain, unless they are there. */
function installToolchain(env) {
  const { node, yarn } = pins();
  const name = nodePackage(process.platform, process.arch);
  const wanted = `${name}@${node} @yarnpkg/cli-dist@${yarn}`;
  const stamp = path.join(home, 'installed');
  const bin = path.join(home, 'bin');
  const nodeDir = path.join(home, 'node_modules', name);

  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    say(`Installing Node ${node} and Yarn ${yarn} into .toolchain/ from npm`);
    rmSync(home, { recursive: true, force: true });
    mkdirSync(bin, { recursive: true });
    writeFileSync(path.join(home, 'package.json'), '{ "private": true }\n');
    run(
      'npm',
      [
        'install',
        '--prefix',
        home,
        '--no-save',
        '--no-package-lock',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        ...wanted.split(' '),
      ],
      { cwd: home, env },
    );
    link(path.join(nodeDir, 'bin/node'), path.join(bin, 'node'));
    writeFileSync(
      path.join(bin, 'yarn'),
      [
        '#!/bin/sh',
        'here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)',
        'exec "$here/node" "$here/../node_modules/@yarnpkg/cli-dist/bin/yarn.js" "$@"',
        '',
      ].join('\n'),
      { mode: 0o755 },
    );
    run(path.join(bin, 'node'), ['--version'], { stdio: 'ignore' });
    writeFileSync(stamp, wanted);
  }
  return { bin, nodeDir };
}

/** The registry that npm is set to use; Yarn does not read npm's settings. */
function npmRegistry(env) {
  const result = spawnSync('npm', ['config', 'get', 'registry'], {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/**
 * Makes sure that Node and Yarn are right.
 * @returns the environment in which `node` and `yarn` are the right ones.
 */
export function ensureToolchain() {
  if (process.platform === 'win32') {
    throw new Error(
      'Windows is supported through WSL: run this command inside it',
    );
  }
  const env = cleanEnvironment();
  const ownHeaders = headersOf(process.execPath);
  if (nodeIsRight(process.version) && ownHeaders && yarnOnPathIsRight()) {
    const bin = path.dirname(process.execPath);
    return {
      ...env,
      PATH: `${bin}${path.delimiter}${env.PATH}`,
      npm_config_nodedir: ownHeaders,
    };
  }
  const { bin, nodeDir } = installToolchain(env);
  return {
    ...env,
    PATH: `${bin}${path.delimiter}${env.PATH}`,
    // Native addons must be built for this Node, whatever the machine's npmrc says.
    npm_config_nodedir: nodeDir,
  };
}

function manifests() {
  const found = ['package.json', 'yarn.lock', '.yarnrc.yml', '.node-version'];
  for (const group of ['packages', 'plugins']) {
    for (const name of readdirSync(path.join(root, group)).sort()) {
      const file = path.join(group, name, 'package.json');
      if (existsSync(path.join(root, file))) found.push(file);
    }
  }
  return found;
}

function manifestsHash(env) {
  const hash = createHash('sha256').update(env.npm_config_nodedir);
  for (const file of manifests()) {
    hash.update(`\0${file}\0${readText(file)}`);
  }
  return hash.digest('hex');
}

/** Installs the dependencies as the lockfile says, unless that was done for this very state. */
export function ensureInstalled(env) {
  const wanted = manifestsHash(env);
  if (existsSync(installStamp) && readFileSync(installStamp, 'utf8') === wanted)
    return;
  say(
    'Installing the dependencies (a few minutes the first time, nothing the second)',
  );
  const registry = npmRegistry(env);
  run('yarn', ['install', '--immutable'], {
    cwd: root,
    env: {
      ...env,
      YARN_ENABLE_TELEMETRY: '0',
      YARN_ENABLE_PROGRESS_BARS: process.stdout.isTTY ? '1' : '0',
      ...(registry ? { YARN_NPM_REGISTRY_SERVER: registry } : {}),
    },
  });
  writeFileSync(installStamp, wanted);
}

/** Calls back once when the process that started this one is gone; a signal to npm alone never arrives here. */
export function whenOrphaned(callback) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, 500);
  timer.unref();
}

/** Runs a command with the right Node and Yarn, hands it our signals, and resolves to its exit code. */
export function runCommand([command, ...args], env) {
  const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; a signal sent to this process alone must reach the child too.
  const pass = signal => child.kill(signal);
  process.on('SIGINT', () => {});
  process.on('SIGTERM', pass);
  process.on('SIGHUP', pass);
  // Started by hand, it may well outlive its shell.
  if (process.env.npm_lifecycle_event) whenOrphaned(() => pass('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

/** The same for a script of this folder. */
export const runScript = (name, args, env) =>
  runCommand(['node', path.join(root, 'scripts', name), ...args], env);
