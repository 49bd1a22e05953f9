import { ArgocdClient } from '../argocd/ArgocdClient';
import { revisionsOf } from '../argocd/parseApplication';
import {
  Application,
  ApplicationSource,
  RevisionMetadata,
} from '../argocd/types';

/** The commit that was deployed last, and by which source. */
export interface Deployed {
  revision: string;
  /** Negative for an Application with a single source. */
  sourceIndex: number;
  source?: ApplicationSource;
  deployedAt?: string;
}

/** What was deployed last; of several sources the one whose revision changed by it. */
export function lastDeployed(application: Application): Deployed | undefined {
  const history = application.status?.history ?? [];
  const last = history[history.length - 1];
  const result = application.status?.operationState?.syncResult;
  const revisions =
    revisionsOf(last).length > 0 ? revisionsOf(last) : revisionsOf(result);
  if (revisions.length === 0) return undefined;
  const before = revisionsOf(history[history.length - 2]);
  const sources = application.spec.sources ?? [];
  const changed = revisions.findIndex(
    (revision, i) => before[i] !== undefined && before[i] !== revision,
  );
  const index = sources.length > 0 ? Math.max(0, changed) : 0;
  const source = sources.length > 0 ? sources[index] : application.spec.source;
  return {
    revision: revisions[index] ?? revisions[0],
    sourceIndex: sources.length > 0 ? index : -1,
    ...(source ? { source } : {}),
    ...(last?.deployedAt ? { deployedAt: last.deployedAt } : {}),
  };
}

/** Names a revision of one source of one Application. */
export const commitKey = (deployed?: Deployed): string =>
  deployed ? `${deployed.sourceIndex} ${deployed.revision}` : '';

/** Who made it and when; undefined when nothing was deployed yet. */
export async function readCommit(
  client: Pick<ArgocdClient, 'getRevisionMetadata'>,
  application: Application,
): Promise<
  | { value: { of: string; metadata: RevisionMetadata }; complete: boolean }
  | undefined
> {
  const commit = lastDeployed(application);
  if (!commit) return undefined;
  const { namespace, name } = application.metadata;
  const { revision, sourceIndex } = commit;
  const metadata = await client.getRevisionMetadata(
    { namespace, name, project: application.spec.project },
    revision,
    sourceIndex < 0 ? {} : { sourceIndex },
  );
  return { value: { of: commitKey(commit), metadata }, complete: true };
}
