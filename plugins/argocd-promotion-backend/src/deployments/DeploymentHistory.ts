import { stringifyError, toError } from '@backstage/errors';
import {
  DeploymentChange,
  DeploymentRecord,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import pLimit from 'p-limit';
import { ArgocdClient } from '../argocd/ArgocdClient';
import { revisionsOf } from '../argocd/parseApplication';
import { Application, RevisionHistory } from '../argocd/types';
import { ownPaths } from '../inventory/ownPaths';
import { pinnedDifference } from './pinnedImages';
import { withoutCredentials } from './withoutCredentials';

/** Argo CD keeps ten by default; each costs requests to the git host once. */
const MAX_DEPLOYMENTS = 10;
const MAX_COMMITS = 10;
const MAX_FILES = 50;
/** Files that are read for the images they pin. */
const MAX_READ = 5;
const MAX_BYTES = 200_000;
const MAX_KNOWN = 500;

/** What one source of an Application went through. */
interface Move {
  sourceIndex: number;
  repoURL: string;
  paths: string[];
  from: string;
  to: string;
}

/**
 * What each of the last deployments changed. Asked of git when somebody looks, and once for each pair of revisions: what
 * lies between two commits never changes.
 */
export class DeploymentHistory {
  readonly #options: {
    client(instance: string): ArgocdClient | undefined;
    getRepository(url: string): GitRepository | undefined;
    commitUrl(repoURL: string, revision: string): string | undefined;
  };
  readonly #known = new Map<string, Promise<DeploymentChange>>();
  readonly #limit = pLimit(3);

  constructor(options: {
    client(instance: string): ArgocdClient | undefined;
    getRepository(url: string): GitRepository | undefined;
    /** Page of a commit, when its host is configured. */
    commitUrl(repoURL: string, revision: string): string | undefined;
  }) {
    this.#options = options;
  }

  async get(
    instance: string,
    application: Application,
  ): Promise<DeploymentRecord[]> {
    const history = [...(application.status?.history ?? [])].reverse();
    return Promise.all(
      history.slice(0, MAX_DEPLOYMENTS).map(async (entry, index) => ({
        id: entry.id ?? 0,
        revisions: revisionsOf(entry),
        deployedAt: entry.deployedAt,
        ...(entry.deployStartedAt
          ? { deployStartedAt: entry.deployStartedAt }
          : {}),
        initiatedBy: {
          automated: entry.initiatedBy?.automated === true,
          ...(entry.initiatedBy?.username
            ? { username: entry.initiatedBy.username }
            : {}),
        },
        changes: await Promise.all(
          movesOf(application, entry, history[index + 1]).map(move =>
            this.#change(instance, application, move),
          ),
        ),
      })),
    );
  }

  #change(
    instance: string,
    application: Application,
    move: Move,
  ): Promise<DeploymentChange> {
    const key = JSON.stringify([instance, move]);
    const known =
      this.#known.get(key) ??
      this.#limit(() => this.#read(instance, application, move));
    this.#known.delete(key);
    this.#known.set(key, known);
    // What could not be told whole is asked for again by who looks next.
    known.then(
      ({ incomplete }) => incomplete && this.#known.delete(key),
      () => this.#known.delete(key),
    );
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_KNOWN) this.#known.delete(oldest);
    return known;
  }

  async #read(
    instance: string,
    application: Application,
    move: Move,
  ): Promise<DeploymentChange> {
    const { repoURL, to } = move;
    const change: DeploymentChange = {
      repoURL: withoutCredentials(repoURL),
      revision: to,
      commits: [],
      files: [],
      images: { before: [], after: [] },
    };
    const repository = this.#options.getRepository(repoURL);
    if (!repository)
      return this.#ofArgocd(instance, application, move, {
        ...change,
        incomplete:
          "The repository's host is not configured in 'integrations', so only the newest commit is known",
      });
    try {
      return { ...change, ...(await this.#ofGit(repository, move)) };
    } catch (error) {
      return this.#ofArgocd(instance, application, move, {
        ...change,
        incomplete: `Git does not tell: ${toError(error).message}`,
      });
    }
  }

  async #ofGit(
    repository: GitRepository,
    { repoURL, paths, from, to }: Move,
  ): Promise<Pick<DeploymentChange, 'commits' | 'files' | 'images'>> {
    const commits = new Map<string, DeploymentChange['commits'][number]>();
    const files = new Set<string>();
    for (const path of paths) {
      const within = path ? { path } : {};
      const [last] = await repository.listCommits({
        ref: from,
        ...within,
        limit: 1,
      });
      const list = await repository.listCommits({
        ref: to,
        ...within,
        limit: MAX_COMMITS,
      });
      for (const { sha, author, message, committedAt } of list) {
        if (sha === last?.sha) break;
        const url = this.#options.commitUrl(repoURL, sha);
        commits.set(sha, {
          sha,
          ...(author.name ? { author: author.name } : {}),
          message,
          committedAt,
          ...(url ? { url } : {}),
        });
      }
      if (list[0]?.sha === last?.sha) continue;
      const directory = path ? { directory: path } : {};
      const [before, after] = await Promise.all(
        [from, to].map(commit =>
          repository.listFiles({ commit, ...directory }),
        ),
      );
      // A value file is no folder: it lists nothing, and is told as itself.
      if (before.length === 0 && after.length === 0) files.add(path);
      for (const file of differing(before, after)) files.add(file);
    }
    const told = [...files].sort().slice(0, MAX_FILES);
    const images = { before: new Set<string>(), after: new Set<string>() };
    for (const path of told
      .filter(file => /\.(ya?ml|json)$/.test(file))
      .slice(0, MAX_READ)) {
      const [before, after] = await Promise.all(
        [from, to].map(commit => textOf(repository, commit, path)),
      );
      const difference = pinnedDifference(before, after);
      for (const image of difference.before) images.before.add(image);
      for (const image of difference.after) images.after.add(image);
    }
    return {
      commits: [...commits.values()]
        .sort((a, b) =>
          (b.committedAt ?? '').localeCompare(a.committedAt ?? ''),
        )
        .slice(0, MAX_COMMITS),
      files: told,
      images: { before: [...images.before], after: [...images.after] },
    };
  }

  /** Argo CD knows of each revision who made it, and no more. */
  async #ofArgocd(
    instance: string,
    { metadata, spec }: Application,
    { sourceIndex, repoURL, to }: Move,
    change: DeploymentChange,
  ): Promise<DeploymentChange> {
    const { namespace, name } = metadata;
    const url = this.#options.commitUrl(repoURL, to);
    try {
      const told = await this.#options
        .client(instance)
        ?.getRevisionMetadata(
          { namespace, name, project: spec.project },
          to,
          spec.sources?.length ? { sourceIndex } : {},
        );
      const author = told?.author?.replace(/\s*<[^>]*>\s*$/, '');
      return {
        ...change,
        commits: [
          {
            sha: to,
            ...(author ? { author } : {}),
            ...(told?.message ? { message: told.message } : {}),
            ...(told?.date ? { committedAt: told.date } : {}),
            ...(url ? { url } : {}),
          },
        ],
      };
    } catch (error) {
      return {
        ...change,
        commits: [{ sha: to, ...(url ? { url } : {}) }],
        incomplete: `${
          change.incomplete
        }; Argo CD does not tell of it: ${stringifyError(error)}`,
      };
    }
  }
}

function movesOf(
  application: Application,
  entry: RevisionHistory,
  before: RevisionHistory | undefined,
): Move[] {
  const [now, then] = [revisionsOf(entry), revisionsOf(before)];
  return ownPaths(application).flatMap(({ repoURL, paths }, sourceIndex) => {
    const [from, to] = [then[sourceIndex], now[sourceIndex]];
    const isCommit = (revision?: string) =>
      revision !== undefined && /^[0-9a-f]{7,64}$/.test(revision);
    return from !== to && isCommit(from) && isCommit(to)
      ? [{ sourceIndex, repoURL, paths, from, to }]
      : [];
  });
}

function differing(
  before: Array<{ path: string; blob?: string }>,
  after: Array<{ path: string; blob?: string }>,
): string[] {
  const old = new Map(before.map(({ path, blob }) => [path, blob]));
  const fresh = new Map(after.map(({ path, blob }) => [path, blob]));
  return [...new Set([...old.keys(), ...fresh.keys()])].filter(
    path =>
      old.has(path) !== fresh.has(path) || old.get(path) !== fresh.get(path),
  );
}

async function textOf(
  repository: GitRepository,
  commit: string,
  path: string,
): Promise<string> {
  try {
    const { content } = await repository.readFile({ commit, path });
    return content.length > MAX_BYTES ? '' : Buffer.from(content).toString();
  } catch (error) {
    // It was not there yet, or is there no more.
    if (toError(error).name === 'NotFoundError') return '';
    throw error;
  }
}
