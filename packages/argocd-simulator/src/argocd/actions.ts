import { KubernetesObject } from '../ports';
import {
  isRecord,
  numberAt,
  recordAt,
  refOf,
  timestamp,
} from '../cluster/objects';
import { act, isDisabled, ROLLOUT_ACTIONS } from '../cluster/rollouts/actions';
import { Application } from '../engine/types';
import { Session } from './accounts';
import { ApiError } from './errors';
import { Instance } from './Instance';
import { findResource } from './resources';

const unknownAction = () =>
  new ApiError(
    2,
    'error getting Lua resource action: built-in script does not exist',
  );

function rolloutActions(rollout: KubernetesObject): object[] {
  return ROLLOUT_ACTIONS.map(name => ({
    name,
    ...(name === 'restart' ? { displayName: 'Restart Pods' } : {}),
    ...(isDisabled(rollout, name) ? { disabled: true } : {}),
  }));
}

export function resourceActions(
  instance: Instance,
  app: Application,
  query: URLSearchParams,
): unknown {
  const object = findResource(instance, app, query);
  if (object.kind === 'Rollout') return { actions: rolloutActions(object) };
  if (
    object.kind !== 'Deployment' &&
    object.kind !== 'StatefulSet' &&
    object.kind !== 'DaemonSet'
  )
    return {};
  const paused = recordAt(object, 'spec').paused === true;
  const restart = { name: 'restart', iconClass: 'fa fa-fw fa-redo' };
  if (object.kind !== 'Deployment') return { actions: [restart] };
  return {
    actions: [
      {
        name: 'resume',
        ...(paused ? {} : { disabled: true }),
        iconClass: 'fa fa-fw fa-play-circle',
      },
      {
        name: 'scale',
        params: [{ name: 'replicas' }],
        iconClass: 'fa fa-fw fa-plus-circle',
      },
      {
        name: 'pause',
        ...(paused ? { disabled: true } : {}),
        iconClass: 'fa fa-fw fa-pause-circle',
      },
      restart,
    ],
  };
}

export function runAction(
  instance: Instance,
  session: Session,
  app: Application,
  body: unknown,
): unknown {
  const fields = isRecord(body) ? body : {};
  const object = findResource(instance, app, {
    get: name => String(fields[name] ?? ''),
  });
  const ref = refOf(object);
  const action = String(fields.action ?? '');
  instance.accounts.demand(
    session,
    'applications',
    `action/${ref.group}/${ref.kind}/${action}`,
    `${app.spec.project}/${app.metadata.name}`,
  );
  if (ref.kind === 'Rollout') {
    const known = ROLLOUT_ACTIONS.find(name => name === action);
    if (!known) throw unknownAction();
    instance.store.change(ref, draft =>
      act(draft, known, timestamp(instance.clock.now())),
    );
    return {};
  }
  const edits: Record<string, Record<string, unknown>> = {
    restart: {
      spec: {
        template: {
          metadata: {
            annotations: {
              'kubectl.kubernetes.io/restartedAt': new Date(
                instance.clock.now(),
              ).toISOString(),
            },
          },
        },
      },
    },
    pause: { spec: { paused: true } },
    resume: { spec: { paused: null } },
    scale: { spec: { replicas: numberAt(fields, 'replicas') ?? 1 } },
  };
  const allowed =
    object.kind === 'Deployment' ? Object.keys(edits) : ['restart'];
  if (!allowed.includes(action)) throw unknownAction();
  instance.cluster.patch(ref, edits[action]);
  return {};
}
