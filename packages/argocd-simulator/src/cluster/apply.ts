import { KubernetesObject } from '../ports';
import { applyDefaults } from './defaults';
import { canonicalJson, same, threeWayMerge } from './merge';
import { annotationsOf, isRecord, refOf, timestamp } from './objects';
import { ObjectStore } from './ObjectStore';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export type ApplyOutcome = 'created' | 'configured' | 'unchanged';

function lastApplied(live: KubernetesObject): unknown {
  const text = annotationsOf(live)[LAST_APPLIED];
  if (!text) return {};
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** The live object as it would be after applying the target; metadata that the server owns stays. */
export function predict(
  live: KubernetesObject | undefined,
  target: KubernetesObject,
): KubernetesObject {
  if (!live) return structuredClone(target);
  const merged = threeWayMerge(
    lastApplied(live),
    target,
    live,
  ) as KubernetesObject;
  return applyDefaults(structuredClone(merged));
}

/** A `managedFields` entry of a writer. */
export function managedFields(
  object: Record<string, unknown>,
  manager: string,
  apiVersion: string,
  at: number,
): unknown {
  const own = Object.fromEntries(
    Object.entries(object).filter(
      ([key]) => !['apiVersion', 'kind', 'metadata', 'status'].includes(key),
    ),
  );
  const metadata = isRecord(object.metadata) ? object.metadata : {};
  const kept = Object.fromEntries(
    Object.entries(metadata).filter(([key]) =>
      ['labels', 'annotations', 'finalizers'].includes(key),
    ),
  );
  return {
    manager,
    operation: 'Update',
    apiVersion,
    time: timestamp(at),
    fieldsType: 'FieldsV1',
    fieldsV1: fields({
      ...(Object.keys(kept).length ? { metadata: kept } : {}),
      ...own,
    }),
  };
}

function fields(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [`f:${key}`, fields(inner)]),
  );
}

/** Applies a manifest as `kubectl apply` does, and says what it did. */
export function apply(
  store: ObjectStore,
  manifest: KubernetesObject,
  options: { manager: string; now: number },
): ApplyOutcome {
  const target = structuredClone(manifest);
  const ref = refOf(target);
  const live = store.get(ref);
  target.metadata.annotations = {
    ...annotationsOf(target),
    [LAST_APPLIED]: `${canonicalJson(manifest)}\n`,
  };
  if (!live) {
    const created = applyDefaults(target);
    created.metadata.managedFields = [
      managedFields(created, options.manager, created.apiVersion, options.now),
    ];
    store.create(created);
    return 'created';
  }
  const wanted = predict(live, target);
  const changed = !same(wanted, live);
  if (changed) {
    store.change(ref, draft => {
      for (const key of Object.keys(draft))
        if (!(key in wanted)) delete draft[key];
      Object.assign(draft, wanted);
    });
  }
  // Argo CD reports a Secret as configured whatever it holds
  return changed || target.kind === 'Secret' ? 'configured' : 'unchanged';
}
