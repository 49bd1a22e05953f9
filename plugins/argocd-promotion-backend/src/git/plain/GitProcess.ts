import { spawn } from 'node:child_process';
import {
  InputError,
  NotImplementedError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { KnownSecrets } from '../../redaction/KnownSecrets';

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** How a git command ended. */
export interface GitResult {
  exitCode: number;
  stdout: Buffer;
  /** Without credentials, which a server may tell again. */
  stderr: string;
}

/** What a server wants to know of who asks. None of it stands in an argument, a URL or a message. */
export interface GitCredentials {
  /** Sent to the server of `url` alone, for example `Basic …`. */
  authorization?: { url: string; value: string };
  /** Files with a private key and the known hosts, for SSH. */
  privateKeyFile?: string;
  knownHostsFile?: string;
  /** File with the PEM certificates to trust. */
  caFile?: string;
  /** The program to use in the place of `ssh`. */
  sshCommand?: string;
}

/** Of the environment of the backend, what git, curl and ssh need to find their way. */
const INHERITED = [
  'PATH',
  'HOME',
  'SSH_AUTH_SOCK',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
];

/**
 * Runs the machine's git with a deadline, cut off from the configuration of whoever runs the backend: no hook, signing
 * key or credential helper of theirs has a say. What a plumbing command needs comes by standard input.
 */
export class GitProcess {
  readonly #credentials: GitCredentials;
  readonly #deadlineMs: number;
  readonly #name: string;
  readonly #secrets = new KnownSecrets();

  constructor(options: {
    credentials: GitCredentials;
    /** For people, in messages. */
    name: string;
    deadlineMs?: number;
  }) {
    this.#credentials = options.credentials;
    this.#deadlineMs = options.deadlineMs ?? 60_000;
    this.#name = options.name;
    const { authorization } = options.credentials;
    if (authorization) this.#secrets.addHeader(authorization.value);
  }

  /** A text of the server without credentials. */
  hide(text: string): string {
    return this.#secrets.hide(text);
  }

  async run(options: {
    directory: string;
    args: string[];
    stdin?: Uint8Array | string;
    env?: Record<string, string>;
  }): Promise<GitResult> {
    const { directory, args, stdin, env } = options;
    return new Promise((resolve, reject) => {
      const child = spawn('git', args, {
        cwd: directory,
        env: { ...this.#environment(), ...env },
        // A group of its own: ssh and git-remote-https must end with it.
        detached: true,
      });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      let size = 0;
      let failure: Error | undefined;
      const end = (error: Error) => {
        failure ??= error;
        if (child.pid !== undefined) {
          try {
            process.kill(-child.pid, 'SIGKILL');
          } catch {
            // It has ended by itself.
          }
        }
      };
      const timer = setTimeout(
        () =>
          end(
            new ServiceUnavailableError(
              `${this.#name} did not answer within ${this.#deadlineMs} ms`,
            ),
          ),
        this.#deadlineMs,
      );
      const collect = (chunks: Buffer[]) => (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_OUTPUT_BYTES)
          end(
            new InputError(
              `${this.#name} sent more than ${MAX_OUTPUT_BYTES} bytes`,
            ),
          );
        else chunks.push(chunk);
      };
      child.stdout.on('data', collect(stdout));
      child.stderr.on('data', collect(stderr));
      // git may end before it has read everything; its exit code then says why.
      child.stdin.on('error', () => {});
      child.on('error', error => {
        clearTimeout(timer);
        reject(
          'code' in error && error.code === 'ENOENT'
            ? new NotImplementedError(
                `${
                  this.#name
                } is spoken to with the program git, which is not installed where the backend runs; install git 2.31 or newer`,
              )
            : error,
        );
      });
      child.on('close', code => {
        clearTimeout(timer);
        if (failure) reject(failure);
        else
          resolve({
            exitCode: code ?? -1,
            stdout: Buffer.concat(stdout),
            stderr: this.hide(Buffer.concat(stderr).toString('utf8')),
          });
      });
      child.stdin.end(stdin);
    });
  }

  #environment(): NodeJS.ProcessEnv {
    const { authorization, caFile } = this.#credentials;
    const settings: Array<[string, string]> = [
      // A redirect could carry the credentials elsewhere.
      ['http.followRedirects', 'false'],
      ['protocol.version', '2'],
      ['gc.auto', '0'],
      ['maintenance.auto', 'false'],
      ['core.quotePath', 'false'],
      ['fetch.writeCommitGraph', 'false'],
      ['credential.helper', ''],
    ];
    if (authorization)
      settings.push([
        `http.${authorization.url}.extraHeader`,
        `Authorization: ${authorization.value}`,
      ]);
    if (caFile) settings.push(['http.sslCAInfo', caFile]);
    return {
      ...Object.fromEntries(INHERITED.map(name => [name, process.env[name]])),
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ALLOW_PROTOCOL: 'http:https:ssh',
      GIT_SSH_COMMAND: this.#ssh(),
      GIT_CONFIG_COUNT: String(settings.length),
      ...Object.fromEntries(
        settings.flatMap(([key, value], index) => [
          [`GIT_CONFIG_KEY_${index}`, key],
          [`GIT_CONFIG_VALUE_${index}`, value],
        ]),
      ),
    };
  }

  #ssh(): string {
    const { privateKeyFile, knownHostsFile, sshCommand } = this.#credentials;
    const options = [
      // Nobody is there to answer a question, and an unknown host must not be trusted.
      'BatchMode=yes',
      'StrictHostKeyChecking=yes',
      ...(knownHostsFile ? [`UserKnownHostsFile=${knownHostsFile}`] : []),
      ...(privateKeyFile
        ? ['IdentitiesOnly=yes', `IdentityFile=${privateKeyFile}`]
        : []),
    ];
    return [sshCommand ?? 'ssh', ...options.flatMap(each => ['-o', each])]
      .map(word => `'${word.replaceAll("'", `'\\''`)}'`)
      .join(' ');
  }
}
