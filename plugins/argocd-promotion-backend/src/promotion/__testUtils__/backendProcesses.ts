import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { mockCredentials } from '@backstage/backend-test-utils';
import { ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import knexFactory, { Knex } from 'knex';
import { PromotionClient } from './promotionClient';

export const COLLEAGUE = 'user:default/bo';
const PACKAGE = '@fairway/backstage-plugin-argocd-promotion-backend';

/** One backend, a process of its own. */
export class BackendProcess {
  /** Points of the database that it passed since it was armed. */
  points: string[] = [];
  readonly #child: ChildProcess;
  readonly #output: string[] = [];
  client!: PromotionClient;
  /** Another person. */
  colleague!: PromotionClient;

  constructor(config: string, env: Record<string, string>) {
    this.#child = fork(
      resolvePackagePath(PACKAGE, 'dev/index.ts'),
      ['--config', config],
      {
        execArgv: [
          '--require',
          require.resolve('@backstage/cli/config/nodeTransform.cjs'),
          '--require',
          resolvePackagePath(
            PACKAGE,
            'src/promotion/__testUtils__/databaseFaults.ts',
          ),
        ],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: {
          ...process.env,
          NODE_ENV: 'development',
          NODE_OPTIONS: '',
          ...env,
        },
      },
    );
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.on('data', chunk => this.#output.push(String(chunk)));
    this.#child.on('message', ({ point }: { point?: string }) => {
      if (point) this.points.push(point);
    });
  }

  get alive() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get output() {
    return this.#output.join('');
  }

  async listening(): Promise<this> {
    const port = await new Promise<number>((resolve, reject) => {
      this.#child.on('message', ({ listening }: { listening?: number }) => {
        if (listening !== undefined) resolve(listening);
      });
      this.#child.once('exit', code =>
        reject(new Error(`The backend ended with ${code}: ${this.output}`)),
      );
    });
    const url = `http://127.0.0.1:${port}`;
    const as = (user?: string) =>
      new PromotionClient(url, {
        authorization: mockCredentials.user.header(user),
      });
    this.client = as();
    this.colleague = as(COLLEAGUE);
    return this;
  }

  /** Counts points anew, and ends or pauses at one of them. */
  async arm(at: { killAt?: string; stopAt?: string } = {}) {
    const armed = new Promise<void>(resolve => {
      const heard = (message: { armed?: boolean }) => {
        if (!message.armed) return;
        this.#child.off('message', heard);
        resolve();
      };
      this.#child.on('message', heard);
    });
    this.#child.send({ arm: at });
    await armed;
    this.points = [];
  }

  signal(name: 'SIGSTOP' | 'SIGCONT') {
    this.#child.kill(name);
  }

  async kill() {
    if (!this.alive) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

/** Starts backends over one database, which is a file or PostgreSQL, and takes all away in the end. */
export class BackendProcesses {
  readonly #all: BackendProcess[] = [];
  readonly #directory: string;
  readonly #postgres?: { url: string; prefix: string };
  readonly #env: Record<string, string>;

  private constructor(
    directory: string,
    env: Record<string, string>,
    postgres?: { url: string; prefix: string },
  ) {
    this.#directory = directory;
    this.#env = env;
    this.#postgres = postgres;
  }

  static async create(options: {
    config: object;
    /** PostgreSQL's address; absent: SQLite. `through` is where backends reach it. */
    postgres?: { url: string; through?: string };
    env?: Record<string, string>;
  }) {
    const directory = await mkdtemp(join(tmpdir(), 'promotion-backends-'));
    const { postgres } = options;
    const prefix = `crash_${process.pid}_${Date.now().toString(36)}_`;
    const database = postgres
      ? { client: 'pg', prefix, connection: postgres.through ?? postgres.url }
      : { client: 'better-sqlite3', connection: { directory } };
    await writeFile(
      join(directory, 'app-config.yaml'),
      JSON.stringify({
        backend: {
          baseUrl: 'http://localhost',
          listen: { host: '127.0.0.1', port: 0 },
          database,
        },
        ...options.config,
      }),
    );
    return new BackendProcesses(
      directory,
      options.env ?? {},
      postgres && { url: postgres.url, prefix },
    );
  }

  async start(): Promise<BackendProcess> {
    const started = new BackendProcess(
      join(this.#directory, 'app-config.yaml'),
      this.#env,
    );
    this.#all.push(started);
    return started.listening();
  }

  /** The plugin's database, as the backends see it. */
  async database<T>(use: (knex: Knex) => Promise<T>): Promise<T> {
    const postgres = this.#postgres;
    const knex = postgres
      ? knexFactory({ client: 'pg', connection: this.#own(postgres) })
      : knexFactory({
          client: 'better-sqlite3',
          connection: {
            filename: join(this.#directory, 'argocd-promotion.sqlite'),
          },
          useNullAsDefault: true,
        });
    try {
      return await use(knex);
    } finally {
      await knex.destroy();
    }
  }

  /** The lease of a process that has ended for sure runs out at once: waiting for it would show nothing more. */
  async endLeases() {
    await this.database(knex =>
      knex('promotions')
        .whereNull('ended_at')
        .update({ claim_until: '2000-01-01T00:00:00.000Z' }),
    );
  }

  async close() {
    for (const backend of this.#all) await backend.kill();
    await rm(this.#directory, { recursive: true, force: true });
    const postgres = this.#postgres;
    if (!postgres) return;
    const knex = knexFactory({ client: 'pg', connection: postgres.url });
    await knex.raw('drop database if exists ?? with (force)', [
      `${postgres.prefix}argocd-promotion`,
    ]);
    await knex.destroy();
  }

  #own({ url, prefix }: { url: string; prefix: string }) {
    const own = new URL(url);
    own.pathname = `/${prefix}argocd-promotion`;
    return own.href;
  }
}
