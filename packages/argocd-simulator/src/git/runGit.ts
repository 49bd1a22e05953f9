import { spawn } from 'node:child_process';

/** A git command that ended with an exit code other than 0. */
export class GitCommandError extends Error {
  constructor(
    readonly args: readonly string[],
    readonly exitCode: number | null,
    readonly stderr: string,
  ) {
    super(`git ${args[0]} failed: ${stderr.trim() || `exit code ${exitCode}`}`);
  }
}

/**
 * The machine's git, cut off from the configuration of whoever runs the simulator: neither a signing key, nor a hook
 * path, nor a credential helper of theirs may change what a test sees.
 */
export function gitEnvironment(
  extra: Record<string, string> = {},
): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    ...extra,
  };
}

export interface RunGitOptions {
  cwd: string;
  args: string[];
  stdin?: string | Uint8Array;
  env?: Record<string, string>;
  /** Exit codes that are answers, not failures. */
  allowExitCodes?: number[];
}

/** Runs git once, and gives its standard output. */
export async function runGit(options: RunGitOptions): Promise<Buffer> {
  return (await runGitWithExitCode(options)).stdout;
}

export async function runGitWithExitCode(
  options: RunGitOptions,
): Promise<{ stdout: Buffer; exitCode: number }> {
  const { cwd, args, stdin, env, allowExitCodes = [] } = options;
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd, env: gitEnvironment(env) });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', chunk => out.push(chunk));
    child.stderr.on('data', chunk => err.push(chunk));
    child.on('error', reject);
    // git may end before it has read everything; its exit code then says why.
    child.stdin.on('error', () => {});
    child.on('close', code => {
      if (code === 0 || (code !== null && allowExitCodes.includes(code))) {
        resolve({ stdout: Buffer.concat(out), exitCode: code });
      } else {
        reject(
          new GitCommandError(args, code, Buffer.concat(err).toString('utf8')),
        );
      }
    });
    child.stdin.end(stdin);
  });
}
