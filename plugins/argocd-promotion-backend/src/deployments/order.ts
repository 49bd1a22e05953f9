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
