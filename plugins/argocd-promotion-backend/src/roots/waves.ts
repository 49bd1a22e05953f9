import {
  Problem,
  WaveFinding,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { ForestNode } from './types';

/** As Argo CD's own documentation has it. */
const APPLICATION_HEALTH = `data:
  resource.customizations.health.argoproj.io_Application: |
    hs = {}
    hs.status = "Progressing"
    hs.message = ""
    if obj.status ~= nil then
      if obj.status.health ~= nil then
        hs.status = obj.status.health.status
        if obj.status.health.message ~= nil then
          hs.message = obj.status.health.message
        end
      end
    end
    return hs`;

/** Whether Argo CD waits between the waves of the Applications that this one manages. */
export function wavesOf(manager: ForestNode): Omit<WaveFinding, 'of'> {
  // What an ApplicationSet makes is not synced by it, and so not in waves.
  const children =
    manager.kind === 'Application'
      ? manager.children.filter(({ kind }) => kind === 'Application')
      : [];
  const waves = [...new Set(children.map(({ wave }) => wave))].sort(
    (a, b) => a - b,
  );
  if (waves.length < 2) return { waves, effect: 'none' };
  const healthOf = ({ listing }: ForestNode) => listing?.health?.status;
  const told = children
    .map(healthOf)
    .filter(status => status !== undefined && status !== 'Missing');
  if (told.length > 0) return { waves, effect: 'effective' };
  const there = children.some(
    ({ state, listing }) => state === 'live' && listing,
  );
  const { known } = manager;
  const others = (known?.application.status?.resources ?? []).some(
    ({ kind, health }) => kind !== 'Application' && health,
  );
  // Without the tree nobody knows whether the health is lacking or only was not told.
  return {
    waves,
    effect: there && (known?.treeRead || others) ? 'ineffective' : 'unknown',
  };
}

/** What to say of waves that nobody waits between. */
export function wavesWithoutEffect(
  manager: ForestNode,
  waves: number[],
): Problem {
  return {
    code: 'waves-without-effect',
    message: `The Applications under ${manager.name} are in waves ${waves.join(
      ', ',
    )}, and no wave waits for the one before: Argo CD gives Applications no health unless it is told how, so each counts as done as soon as it is created.`,
    remedy: `Add this to the ConfigMap argocd-cm of instance '${manager.instance}':\n\`\`\`yaml\n${APPLICATION_HEALTH}\n\`\`\``,
    ...(manager.environment ? { environment: manager.environment } : {}),
  };
}
