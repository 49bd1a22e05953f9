import {
  FieldDifference,
  ResourceDrift,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { ManagedResource } from '../../argocd/types';
import { compareObjects, Difference } from './compareObjects';
import { fieldOwner } from './fieldOwners';
import { hideSecrets, isSecretPlace } from './hideSecrets';
import { isItem } from './listKeys';
import { formatPath } from './segments';

/** More lines than these are read by nobody; the manifests side by side tell the rest. */
const MAX_FIELDS = 100;
const MAX_TEXT = 300;
/** Written by the API server for its own ends; what git says about them means nothing. */
const BOOKKEEPING = [
  'creationTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export const isNothing = (state: string | undefined): state is undefined =>
  state === undefined || state === '' || state === 'null';

/**
 * How one object differs from git, field by field, or undefined when it does not. As Argo CD's own page does, the
 * normalized live state is compared with the predicted one, in which `ignoreDifferences` are respected, and hooks are
 * skipped. Absent states are the string `null` or missing.
 */
export function compareResource(
  resource: ManagedResource,
): ResourceDrift | undefined {
  if (resource.hook) return undefined;
  const { group, kind, namespace, name } = resource;
  const key = {
    ...(group ? { group } : {}),
    kind,
    ...(namespace ? { namespace } : {}),
    name,
  };
  const wanted = resource.predictedLiveState ?? resource.targetState;
  const present = resource.normalizedLiveState ?? resource.liveState;
  if (isNothing(present) && isNothing(wanted)) return undefined;
  if (isNothing(present)) return { ...key, difference: 'missing', fields: [] };
  if (isNothing(resource.targetState) || isNothing(wanted))
    return { ...key, difference: 'extra', fields: [] };
  if (present === wanted) return undefined;

  const differences = compareObjects(
    withoutBookkeeping(parse(wanted)),
    withoutBookkeeping(parse(present)),
  );
  if (differences.length === 0) return undefined;
  const live = parse(resource.liveState ?? present);
  return {
    ...key,
    difference: 'differs',
    fields: differences
      .slice(0, MAX_FIELDS)
      .map(difference => fieldDifference(difference, kind, live)),
    ...(differences.length > MAX_FIELDS
      ? { more: differences.length - MAX_FIELDS }
      : {}),
  };
}

export function parse(state: string | undefined): unknown {
  try {
    return JSON.parse(state ?? 'null');
  } catch {
    return undefined;
  }
}

/** An object without what only the API server cares for. */
export function withoutBookkeeping(value: unknown): unknown {
  if (!isItem(value) || !isItem(value.metadata)) return value;
  const metadata = omit(value.metadata, BOOKKEEPING);
  return {
    ...value,
    metadata: {
      ...metadata,
      ...(isItem(metadata.annotations)
        ? { annotations: omit(metadata.annotations, [LAST_APPLIED]) }
        : {}),
    },
  };
}

function omit(from: Record<string, unknown>, fields: string[]) {
  return Object.fromEntries(
    Object.entries(from).filter(([field]) => !fields.includes(field)),
  );
}

function fieldDifference(
  { path, git, live: value }: Difference,
  kind: string,
  live: unknown,
): FieldDifference {
  const owner = value === undefined ? undefined : fieldOwner(live, path);
  const [top] = path;
  const isBinary = top && 'field' in top && top.field === 'binaryData';
  const isSwitch = [git, value].some(side => typeof side === 'boolean');
  let hidden: FieldDifference['hidden'];
  if (isBinary) hidden = 'binary';
  else if (!isSwitch && isSecretPlace(kind, path)) hidden = 'secret';
  let difference: FieldDifference['difference'] = 'changed';
  if (git === undefined) difference = 'added';
  else if (value === undefined) difference = 'removed';
  const last = path[path.length - 1];
  const field = last && 'field' in last ? last.field : '';
  return {
    path: formatPath(path),
    difference,
    ...(hidden ? { hidden } : {}),
    ...(git === undefined || hidden ? {} : { git: text(git, field) }),
    ...(value === undefined || hidden ? {} : { live: text(value, field) }),
    ...(owner ? { changedBy: owner } : {}),
  };
}

function text(value: unknown, field: string): string {
  const shown = hideSecrets(value, field);
  const whole = typeof shown === 'string' ? shown : JSON.stringify(shown);
  return whole.length > MAX_TEXT ? `${whole.slice(0, MAX_TEXT)}…` : whole;
}
