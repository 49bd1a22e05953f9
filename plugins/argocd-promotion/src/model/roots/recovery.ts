import { RecoveryView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Tone } from '../answers';
import { count, listWords } from '../text';

/** What the disaster check says at its head. */
export function recoveryWords({
  start,
  reachable,
  unreachable,
  warnings,
}: RecoveryView): { tone: Tone; title: string; detail: string } {
  const back = listWords(
    [
      reachable.applications > 0 &&
        count(reachable.applications, 'Application'),
      reachable.applicationSets > 0 &&
        count(reachable.applicationSets, 'ApplicationSet'),
      reachable.appProjects > 0 && count(reachable.appProjects, 'AppProject'),
      reachable.namespaces > 0 && count(reachable.namespaces, 'namespace'),
      reachable.customResources > 0 &&
        count(
          reachable.customResources,
          'kind of custom resource',
          'kinds of custom resources',
        ),
    ].filter((words): words is string => Boolean(words)),
  );
  const names = listWords(start.map(({ name }) => name));
  const detail =
    start.length === 0
      ? 'There is no root to begin with.'
      : `From ${names}, applied by hand, come back: ${
          back || 'nothing'
        }. Clusters and credentials of repositories are not checked: Argo CD does not tell where they come from.`;
  if (unreachable.length > 0)
    return {
      tone: 'warn',
      title: `Disaster check: ${count(
        unreachable.length,
        'thing',
      )} would not come back from git`,
      detail,
    };
  return {
    tone: warnings.length > 0 ? 'warn' : 'ok',
    title:
      warnings.length > 0
        ? 'Disaster check: everything is in git, and needs a hand to come back'
        : 'Disaster check: everything would come back from git',
    detail,
  };
}
