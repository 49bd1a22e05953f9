// Starts programs that end together: each is the head of a process group of its own, so that what it starts ends too.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

const lastLines = (file, count) =>
  readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');

const signalGroup = (child, signal) => {
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch {
    return false; // the whole group has ended
  }
};

const delay = ms => new Promise(resolve => setTimeout(resolve, ms));

export class ProcessGroup {
  #children = [];
  #logs;
  #verbose;
  #stopping;
  #fail;

  /** Rejects as soon as one of the programs ends before it was asked to. */
  failure = new Promise((_, reject) => {
    this.#fail = reject;
  });

  constructor({ logs, verbose }) {
    this.#logs = logs;
    this.#verbose = verbose;
    mkdirSync(logs, { recursive: true });
    this.failure.catch(() => {}); // whoever waits for it hears of it
  }

  start(name, command, args, { cwd, env, onLine }) {
    const file = path.join(this.#logs, `${name}.log`);
    const log = createWriteStream(file);
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', chunk => {
        log.write(chunk);
        const lines = (rest + chunk).split('\n');
        rest = lines.pop();
        for (const line of lines) {
          onLine?.(line);
          if (this.#verbose) process.stdout.write(`${name} │ ${line}\n`);
        }
      });
    }
    const ended = new Promise(resolve => {
      child.on('error', error => resolve(error.message));
      child.on('exit', (code, signal) => resolve(signal ?? `code ${code}`));
    });
    this.#children.push({ child, ended });
    ended.then(how => {
      if (this.#stopping) return;
      log.end(() =>
        this.#fail(
          new Error(
            `The ${name} ended by itself (${how}); the end of ${file}:\n${lastLines(
              file,
              30,
            )}`,
          ),
        ),
      );
    });
  }

  /** Ends every group, kindly first. */
  async stop() {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll() {
    for (const { child } of this.#children) signalGroup(child, 'SIGTERM');
    await Promise.all(
      this.#children.map(async ({ child, ended }) => {
        await Promise.race([ended, delay(8000)]);
        // Also what outlived its head.
        for (let tries = 0; signalGroup(child, 0) && tries < 20; tries += 1) {
          signalGroup(child, tries < 10 ? 'SIGTERM' : 'SIGKILL');
          await delay(100);
        }
      }),
    );
  }

  killNow() {
    for (const { child } of this.#children) signalGroup(child, 'SIGKILL');
  }
}

const canListen = (port, host) =>
  new Promise(resolve => {
    const server = createServer();
    server.on('error', error =>
      // A machine without IPv6 has nobody listening there.
      resolve(['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(error.code)),
    );
    server.listen({ port, host, exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });

const isFree = async port =>
  (await canListen(port, '127.0.0.1')) &&
  (await canListen(port, '::1')) &&
  (await canListen(port, '0.0.0.0'));

/** The wanted port, or the next free one above it. */
export async function freePort(wanted, taken = []) {
  for (let port = wanted; port < wanted + 200; port += 1) {
    if (!taken.includes(port) && (await isFree(port))) return port;
  }
  throw new Error(`No free port between ${wanted} and ${wanted + 199}`);
}

/** Resolves when the address answers well. */
export async function waitForHttp(url, { timeoutMs }) {
  const deadline = Date.now() + timeoutMs;
  let last = 'no answer';
  while (Date.now() < deadline) {
    try {
      const response = await fetch(url, {
        signal: AbortSignal.timeout(20_000),
      });
      await response.arrayBuffer();
      if (response.ok) return;
      last = `status ${response.status}`;
    } catch (error) {
      last = error.cause?.message ?? error.message;
    }
    await delay(250);
  }
  throw new Error(`${url} was not ready in ${timeoutMs / 1000} s: ${last}`);
}
