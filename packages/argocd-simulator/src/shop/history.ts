import { GitStore } from '../git/GitStore';
import { SourceSpec } from '../ports';

interface HistoryEntry {
  id: number;
  deployedAt: string;
  deployStartedAt?: string;
  revision?: string;
  revisions?: string[];
  source?: SourceSpec;
  sources?: SourceSpec[];
  initiatedBy?: object;
}

/** What the loader reads of an Application. */
export interface ListedApplication {
  metadata: { name: string };
  spec: { source?: SourceSpec; sources?: SourceSpec[] };
  status?: {
    sync?: { status?: string };
    health?: { status?: string };
    operationState?: { phase?: string; message?: string };
    conditions?: Array<{ message: string }>;
    history?: HistoryEntry[];
  };
}

/** Argo CD syncs a little after the commit, and a sync takes a while. */
const NOTICED_AFTER = 70_000;
const SYNC_TAKES = 40_000;

/** Files that decide what a source renders: its folder, or the value files that it names. */
function pathsOf(source: SourceSpec, all: SourceSpec[]): string[] {
  if (source.ref) {
    const prefix = `$${source.ref}/`;
    return all
      .flatMap(({ helm }) => helm?.valueFiles ?? [])
      .filter(file => file.startsWith(prefix))
      .map(file => file.slice(prefix.length));
  }
  const files = (source.helm?.valueFiles ?? [])
    .filter(file => !file.startsWith('$'))
    .map(file =>
      new URL(file, `file:///${source.path ?? '.'}/`).pathname.slice(1),
    );
  return [source.path ?? '.', ...files];
}

/**
 * The history that an Application would have had Argo CD been there all the weeks: an entry for each commit that touched
 * what it renders, under the limit of ten. The last one is the sync that it really made, at the time of its commit.
 */
export async function deploymentHistory(
  application: ListedApplication,
  store: GitStore,
): Promise<HistoryEntry[]> {
  const last = application.status?.history?.at(-1);
  if (!last) return [];
  const { source, sources } = application.spec;
  const all = sources ?? (source ? [source] : []);
  const moves: Array<{ index: number; sha: string; at: number }> = [];
  for (const [index, each] of all.entries()) {
    const repo = store
      .list()
      .find(candidate => store.cloneUrl(candidate) === each.repoURL);
    const head = repo && (await repo.resolve(each.targetRevision ?? 'HEAD'));
    if (!repo || !head) return [];
    const seen = new Set<string>();
    for (const path of pathsOf(each, all)) {
      for (const { sha, committer } of await repo.log({
        revision: head,
        path,
      })) {
        if (!seen.has(sha))
          moves.push({ index, sha, at: committer.date.getTime() });
        seen.add(sha);
      }
    }
  }
  moves.sort((a, b) => a.at - b.at);
  const revisions: string[] = [];
  const entries = moves.flatMap(({ index, sha, at }): HistoryEntry[] => {
    revisions[index] = sha;
    // Before each of its repositories existed, it could not be rendered.
    if (all.some((_, position) => !revisions[position])) return [];
    const facts = {
      id: 0,
      deployStartedAt: new Date(at + NOTICED_AFTER)
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
      deployedAt: new Date(at + NOTICED_AFTER + SYNC_TAKES)
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
      initiatedBy: { automated: true },
    };
    return [
      sources
        ? { ...facts, revisions: [...revisions], sources, source: last.source }
        : { ...facts, revision: sha, source },
    ];
  });
  const newest = entries.pop();
  if (newest) {
    const { deployStartedAt, deployedAt } = newest;
    entries.push({ ...last, deployStartedAt, deployedAt });
  }
  return entries.map((entry, id) => ({ ...entry, id })).slice(-10);
}
