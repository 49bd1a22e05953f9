import {
  EnvironmentView,
  LastChange,
} from '@fairway/backstage-plugin-argocd-promotion-common';

/** The newest change of an environment's Applications; one that is known to be theirs goes before a mere sync. */
export function newestChange(
  environment: Pick<EnvironmentView, 'applications'>,
): LastChange | undefined {
  const changes = environment.applications.flatMap(({ lastChange }) =>
    lastChange ? [lastChange] : [],
  );
  const own = changes.filter(change => change.own);
  return (own.length > 0 ? own : changes).reduce<LastChange | undefined>(
    (newest, change) =>
      newest && (newest.deployedAt ?? '') >= (change.deployedAt ?? '')
        ? newest
        : change,
    undefined,
  );
}
