import { Application } from '../argocd/types';

/** Revisions that the Application was compared at or synced to: of its sources, commits and versions of charts. */
export function knownRevisions({ status }: Application): Set<string> {
  const { sync, operationState, history } = status ?? {};
  const places = [
    sync,
    operationState?.operation?.sync,
    operationState?.syncResult,
    ...(history ?? []),
  ];
  return new Set(
    places
      .flatMap(place => [place?.revision, ...(place?.revisions ?? [])])
      .filter(revision => typeof revision === 'string' && revision !== ''),
  ) as Set<string>;
}
