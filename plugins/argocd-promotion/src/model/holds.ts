import {
  EnvironmentView,
  Hold,
  PipelineView,
} from '@fairway/backstage-plugin-argocd-promotion-common';

/** What somebody may hold: environments by name, and whether the whole entity. */
export interface Holdable {
  environments: string[];
  entity: boolean;
}

/** Environments that something is promoted into and that the viewer may hold; the first one is fed by no promotion. */
export function holdable(view: Pick<PipelineView, 'environments'>): Holdable {
  const fed = view.environments.filter(
    ({ promotesFrom }) => promotesFrom.length > 0,
  );
  const environments = fed
    .filter(({ mayHold, hold }) => mayHold && !hold?.environment)
    .map(({ name }) => name);
  const all = view.environments.every(({ mayHold }) => mayHold);
  const heldAll = view.environments.some(
    ({ hold }) => hold && !hold.environment,
  );
  return { environments, entity: fed.length > 0 && all && !heldAll };
}

/** Whether the viewer may lift what keeps an environment: the hold of the whole entity takes the right in each. */
export function mayLift(
  view: Pick<PipelineView, 'environments'>,
  hold: Hold,
): boolean {
  const concerned = ({ name }: EnvironmentView) =>
    hold.environment === undefined || hold.environment === name;
  return view.environments.filter(concerned).every(({ mayHold }) => mayHold);
}
