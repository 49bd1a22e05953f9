import { OrderProblem } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application } from '../argocd/types';

const CRD = 'CustomResourceDefinition';

/**
 * Custom resources that are deployed no later than their definition. Within one wave Argo CD applies definitions first,
 * but does not wait until the API server serves them, so the first sync into an empty cluster fails.
 */
export function orderProblems({ status }: Application): OrderProblem[] {
  const resources = (status?.resources ?? []).filter(({ hook }) => !hook);
  const definitions = new Map(
    resources
      .filter(({ kind }) => kind === CRD)
      // A definition is named `<plural>.<group>`.
      .map(({ name, syncWave }) => [
        name.slice(name.indexOf('.') + 1),
        { name, wave: syncWave ?? 0 },
      ]),
  );
  if (definitions.size === 0) return [];
  return resources.flatMap(({ group, kind, name, syncWave }) => {
    const definition = definitions.get(group ?? '');
    const wave = syncWave ?? 0;
    if (!definition || kind === CRD || wave > definition.wave) return [];
    return [
      {
        kind,
        name,
        message: `${kind} ${name} is in wave ${wave}, and ${definition.name}, which defines its group, in wave ${definition.wave}`,
        remedy: `Give it a later wave: the annotation argocd.argoproj.io/sync-wave: "${
          definition.wave + 1
        }"`,
      },
    ];
  });
}

const WAVE = 'argocd.argoproj.io/sync-wave';
const waveOf = ({ metadata }: Application): number =>
  Number(metadata.annotations?.[WAVE] ?? 0) || 0;

/**
 * A workload before the platform that it depends on: an Application with custom resources that its root deploys no later
 * than the Application that defines them.
 */
export function orderBetween(
  application: Application,
  siblings: () => Application[],
): OrderProblem[] {
  const own = (application.status?.resources ?? []).filter(({ hook }) => !hook);
  const defined = definedGroups(application);
  const wanted = new Map(
    own.flatMap(({ group, kind }) =>
      group && kind !== CRD && !defined.has(group) ? [[group, kind]] : [],
    ),
  );
  if (wanted.size === 0) return [];
  const wave = waveOf(application);
  return siblings().flatMap(platform => {
    const groups = definedGroups(platform);
    const needed = [...wanted].find(([group]) => groups.has(group));
    const theirs = waveOf(platform);
    if (!needed || wave > theirs) return [];
    return [
      {
        kind: 'Application',
        name: application.metadata.name,
        message: `${application.metadata.name} is in wave ${wave} of its root, and ${platform.metadata.name}, which defines the ${needed[1]} that it needs, in wave ${theirs}`,
        remedy: `Give the Application a later wave: the annotation ${WAVE}: "${
          theirs + 1
        }" in its manifest under the root. A root waits for its children only where Argo CD is configured to tell the health of Applications`,
      },
    ];
  });
}

function definedGroups({ status }: Application): Set<string> {
  return new Set(
    (status?.resources ?? [])
      .filter(({ kind }) => kind === CRD)
      .map(({ name }) => name.slice(name.indexOf('.') + 1)),
  );
}
