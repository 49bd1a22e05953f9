import { once } from 'node:events';
import { ChildProcess, fork } from 'node:child_process';
import { stringifyError } from '@backstage/errors';

/** What a process of the benchmark can be asked to do, by name. */
export type Commands = Record<string, (args: never) => unknown>;

type Answer<C extends Commands, K extends keyof C> = Awaited<ReturnType<C[K]>>;

interface Call {
  benchCall: number;
  command: string;
  args: unknown;
}
interface Reply {
  benchReply: number;
  value?: unknown;
  error?: string;
}

/** In the process: answers calls, and says that it is ready. Other messages on the channel are none of its business. */
export function serve(commands: Commands): void {
  process.on('message', async (message: Partial<Call>) => {
    if (message?.benchCall === undefined) return;
    const reply: Reply = { benchReply: message.benchCall };
    try {
      const command = commands[message.command ?? ''] as
        | ((args: unknown) => unknown)
        | undefined;
      if (!command) throw new Error(`There is no command ${message.command}`);
      reply.value = await command(message.args);
    } catch (error) {
      reply.error = stringifyError(error);
    }
    process.send?.(reply);
  });
  process.once('disconnect', () => process.exit(0));
  process.send?.({ benchReply: 0 } satisfies Reply);
}

const START_TIMEOUT_MS = 120_000;

/** A process of the benchmark, seen from the one that started it. */
export class Child<C extends Commands> {
  readonly #process: ChildProcess;
  readonly #output: string[] = [];
  readonly #waiting = new Map<
    number,
    { resolve: (value: never) => void; reject: (error: Error) => void }
  >();
  #calls = 0;

  private constructor(child: ChildProcess) {
    this.#process = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', chunk => {
        this.#output.push(String(chunk));
        if (this.#output.length > 400) this.#output.shift();
      });
    child.on('message', (message: Partial<Reply>) => {
      if (message?.benchReply === undefined) return;
      const waiting = this.#waiting.get(message.benchReply);
      this.#waiting.delete(message.benchReply);
      if (message.error !== undefined)
        waiting?.reject(new Error(message.error));
      else waiting?.resolve(message.value as never);
    });
    child.once('exit', code => {
      const error = new Error(
        `A process of the benchmark ended with ${code}: ${this.output}`,
      );
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
  }

  /** Starts a TypeScript file as a process of its own, and waits until it serves. */
  static async start<C extends Commands>(
    file: string,
    options: { args?: string[]; execArgv?: string[] } = {},
  ): Promise<Child<C>> {
    const child = new Child<C>(
      fork(file, options.args ?? [], {
        execArgv: [
          '--require',
          require.resolve('@backstage/cli/config/nodeTransform.cjs'),
          '--expose-gc',
          ...(options.execArgv ?? []),
        ],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: {
          ...process.env,
          NODE_ENV: 'production',
          NODE_OPTIONS: '--no-deprecation',
          LOG_LEVEL: 'warn',
        },
      }),
    );
    const deadline = setTimeout(() => {
      child.#waiting
        .get(0)
        ?.reject(new Error(`${file} is not ready: ${child.output}`));
      void child.stop();
    }, START_TIMEOUT_MS);
    await new Promise<void>((resolve, reject) =>
      child.#waiting.set(0, { resolve, reject }),
    ).finally(() => clearTimeout(deadline));
    return child;
  }

  get output(): string {
    return this.#output.join('');
  }

  call<K extends keyof C & string>(
    command: K,
    ...[args]: Parameters<C[K]>
  ): Promise<Answer<C, K>> {
    this.#calls += 1;
    const id = this.#calls;
    return new Promise((resolve, reject) => {
      if (!this.#process.connected) {
        reject(new Error(`A process of the benchmark is gone: ${this.output}`));
        return;
      }
      this.#waiting.set(id, { resolve, reject });
      this.#process.send({ benchCall: id, command, args } satisfies Call);
    });
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null)
      return;
    this.#waiting.clear();
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }
}
