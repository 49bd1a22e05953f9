import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NotFoundError, ServiceUnavailableError } from '@backstage/errors';
import { GitProcess, GitResult } from './GitProcess';
import { remoteError } from './remoteError';

/** History is asked for in steps: most questions are answered by the newest commits. */
const STEPS = [50, 1_000, Number.POSITIVE_INFINITY];
/** More of it than anybody has. */
const ALL = 0x7fffffff;
const KEPT_REFS = 16;
const READ_TRIES = 3;

/**
 * What has been needed so far of one repository, in a bare repository on disk: commits and trees without their files
 * (`--filter=blob:none`) as far back as somebody asked, and the files that were read. Nothing else depends on it: it may
 * be lost at any time.
 */
export class ShallowRepository {
  readonly #url: string;
  readonly #name: string;
  readonly #parent: string;
  readonly #git: GitProcess;
  /** How far back the history of a commit is known to be here. */
  #depths = new Map<string, number>();
  #directory: Promise<string> | undefined;
  #count = 0;
  #fetches: Promise<unknown> = Promise.resolve();

  constructor(options: {
    url: string;
    /** For people, in messages. */
    name: string;
    /** Folder to make its own folder in. */
    parent: string;
    git: GitProcess;
  }) {
    this.#url = options.url;
    this.#name = options.name;
    this.#parent = options.parent;
    this.#git = options.git;
  }

  /** Its folder; made at the first use. */
  directory(): Promise<string> {
    this.#directory ??= this.#create().catch(error => {
      this.#directory = undefined;
      throw error;
    });
    return this.#directory;
  }

  /** A text of the server without credentials. */
  hide(text: string): string {
    return this.#git.hide(text);
  }

  async close(): Promise<void> {
    const directory = await this.#directory?.catch(() => undefined);
    this.#directory = undefined;
    this.#depths = new Map();
    if (directory) await rm(directory, { recursive: true, force: true });
  }

  /** Runs git; an exit code other than 0 is an answer. */
  async try(
    args: string[],
    more: { stdin?: Uint8Array | string; env?: Record<string, string> } = {},
  ): Promise<GitResult> {
    return this.#git.run({ directory: await this.directory(), args, ...more });
  }

  /** Runs git; throws what went wrong. */
  async run(
    args: string[],
    more: { stdin?: Uint8Array | string; env?: Record<string, string> } = {},
  ): Promise<Buffer> {
    const result = await this.try(args, more);
    if (result.exitCode !== 0) throw remoteError(this.#name, result);
    return result.stdout;
  }

  /** Asks the server for something; what does not answer is asked again, for nothing is written. */
  async #ask(args: string[]): Promise<Buffer> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.run(args);
      } catch (error) {
        if (
          !(error instanceof ServiceUnavailableError) ||
          attempt >= READ_TRIES
        )
          throw error;
        await new Promise(resolve => setTimeout(resolve, 100 * attempt));
      }
    }
  }

  /** Refs of the server that match a pattern, and what its HEAD points to when asked for. */
  async remoteRefs(pattern: string): Promise<{
    refs: Map<string, string>;
    head?: string;
  }> {
    const output = await this.#ask([
      'ls-remote',
      '--symref',
      'origin',
      pattern,
    ]);
    const refs = new Map<string, string>();
    let head: string | undefined;
    for (const line of output.toString('utf8').split('\n').filter(Boolean)) {
      const [value, ref] = line.split('\t');
      if (value.startsWith('ref: ')) head = value.slice('ref: '.length);
      else refs.set(ref, value);
    }
    return { refs, ...(head ? { head } : {}) };
  }

  /** Makes sure that a commit is here, with as much of its history. Throws `NotFoundError` when the server has none such. */
  async ensure(commit: string, depth = 1): Promise<void> {
    // git locks what a fetch writes; two at once would fail.
    const fetching = this.#fetches.then(() => this.#fetch(commit, depth));
    this.#fetches = fetching.catch(() => undefined);
    await fetching;
  }

  /** Asks a question of ever more of a commit's history, until it is answered. */
  async deepen<T>(
    commit: string,
    ask: (complete: boolean) => Promise<T | undefined>,
    begin = STEPS[0],
  ): Promise<T> {
    for (const step of [begin, ...STEPS.filter(each => each > begin)]) {
      await this.ensure(commit, step);
      const complete = !Number.isFinite(step) || (await this.#isWhole(commit));
      const answer = await ask(complete);
      if (answer !== undefined) return answer;
      if (complete) break;
    }
    throw new NotFoundError(`The history of ${commit} does not tell`);
  }

  /** Commits whose parents are not here, though they have some. */
  async boundary(): Promise<Set<string>> {
    const { stdout, exitCode } = await this.try([
      'rev-parse',
      '--git-path',
      'shallow',
    ]);
    if (exitCode !== 0) return new Set();
    const path = join(await this.directory(), stdout.toString('utf8').trim());
    const text = await readFile(path, 'utf8').catch(() => '');
    return new Set(text.split('\n').filter(Boolean));
  }

  async #isWhole(commit: string): Promise<boolean> {
    const boundary = await this.boundary();
    if (boundary.size === 0) return true;
    const output = await this.run(['rev-list', commit]);
    return !output
      .toString('utf8')
      .split('\n')
      .some(sha => boundary.has(sha));
  }

  async #fetch(commit: string, depth: number): Promise<void> {
    if ((this.#depths.get(commit) ?? 0) >= depth) return;
    await this.#ask([
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--filter=blob:none',
      `--depth=${Number.isFinite(depth) ? depth : ALL}`,
      'origin',
      // Refs are what a later fetch tells the server that it has already.
      `+${commit}:refs/fetched/${this.#count++ % KEPT_REFS}`,
    ]);
    // Where another history now ends may lie within this one's.
    if (depth > 1)
      this.#depths = new Map([...this.#depths.keys()].map(sha => [sha, 1]));
    this.#depths.set(commit, depth);
  }

  async #create(): Promise<string> {
    const directory = await mkdtemp(
      join(this.#parent, 'argocd-promotion-git-'),
    );
    const git = async (...args: string[]) => {
      const result = await this.#git.run({ directory, args });
      if (result.exitCode !== 0) throw remoteError(this.#name, result);
    };
    await git('init', '--quiet', '--bare', '.');
    for (const [key, value] of [
      ['core.repositoryFormatVersion', '1'],
      ['extensions.partialClone', 'origin'],
      ['remote.origin.url', this.#url],
      ['remote.origin.promisor', 'true'],
      ['remote.origin.partialCloneFilter', 'blob:none'],
    ])
      await git('config', key, value);
    return directory;
  }
}
