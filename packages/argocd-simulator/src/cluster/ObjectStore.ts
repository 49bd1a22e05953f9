import { KubernetesObject } from '../ports';
import { same } from './merge';
import { Clock } from '../clock/Clock';
import {
  at,
  keyOf,
  listAt,
  newUid,
  ObjectRef,
  ownersOf,
  randomSuffix,
  refOf,
  timestamp,
  uidOf,
} from './objects';

export interface StoreEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubernetesObject;
  previous?: KubernetesObject;
}

/** A write that the Kubernetes API would refuse. */
export class ConflictError extends Error {}

/**
 * The objects of one cluster, with the API server's bookkeeping: uid, resourceVersion, generation, finalizers,
 * garbage collection by owner. Stored objects are never changed in place.
 */
export class ObjectStore {
  private readonly objects = new Map<string, KubernetesObject>();
  private readonly byOwner = new Map<string, Set<string>>();
  private readonly listeners = new Set<(event: StoreEvent) => void>();
  private readonly untold: StoreEvent[] = [];
  private telling = false;
  private version = 1000;

  constructor(private readonly clock: Clock) {}

  get resourceVersion(): string {
    return String(this.version);
  }

  watch(listener: (event: StoreEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get(ref: ObjectRef): KubernetesObject | undefined {
    return this.objects.get(keyOf(ref));
  }

  all(): IterableIterator<KubernetesObject> {
    return this.objects.values();
  }

  list(kind: string, group?: string): KubernetesObject[] {
    const found: KubernetesObject[] = [];
    for (const object of this.objects.values()) {
      if (
        object.kind === kind &&
        (group === undefined || refOf(object).group === group)
      )
        found.push(object);
    }
    return found;
  }

  childrenOf(owner: KubernetesObject): KubernetesObject[] {
    const found: KubernetesObject[] = [];
    for (const key of this.byOwner.get(uidOf(owner)) ?? []) {
      const object = this.objects.get(key);
      if (object) found.push(object);
    }
    return found;
  }

  create(wanted: KubernetesObject): KubernetesObject {
    const name =
      wanted.metadata.name ||
      `${wanted.metadata.generateName ?? ''}${randomSuffix()}`;
    const object: KubernetesObject = {
      ...structuredClone(wanted),
      metadata: {
        ...structuredClone(wanted.metadata),
        name,
        uid: newUid(),
        creationTimestamp: timestamp(this.clock.now()),
        resourceVersion: String(++this.version),
        ...(hasGeneration(wanted) ? { generation: 1 } : {}),
      },
    };
    const key = keyOf(refOf(object));
    if (this.objects.has(key))
      throw new ConflictError(
        `${object.kind.toLowerCase()} "${name}" already exists`,
      );
    this.objects.set(key, object);
    for (const owner of ownersOf(object)) {
      const children = this.byOwner.get(owner.uid) ?? new Set<string>();
      children.add(key);
      this.byOwner.set(owner.uid, children);
    }
    this.emit({ type: 'ADDED', object });
    return object;
  }

  /** Applies a change to a copy; writes (and tells) only when something differs. */
  change(
    ref: ObjectRef,
    edit: (draft: KubernetesObject) => void,
  ): KubernetesObject | undefined {
    const key = keyOf(ref);
    const previous = this.objects.get(key);
    if (!previous) return undefined;
    const draft = structuredClone(previous);
    edit(draft);
    const plain = JSON.parse(JSON.stringify(draft)) as KubernetesObject;
    if (same(plain, previous)) return previous;
    plain.metadata.resourceVersion = String(++this.version);
    // A custom resource without status subresource (Application) has a new generation for any change
    const bump = bumpsAlways(plain) || !same(plain.spec, previous.spec);
    const generation = at(previous, 'metadata', 'generation');
    if (typeof generation === 'number')
      plain.metadata.generation = bump ? generation + 1 : generation;
    this.objects.set(key, plain);
    this.emit({ type: 'MODIFIED', object: plain, previous });
    if (
      plain.metadata.deletionTimestamp &&
      listAt(plain, 'metadata', 'finalizers').length === 0 &&
      !isGraceful(plain)
    ) {
      this.remove(ref);
    }
    return plain;
  }

  /** Deletes as the API server does: finalizers and a Pod's grace hold the object back. */
  delete(ref: ObjectRef): void {
    const object = this.objects.get(keyOf(ref));
    if (!object) return;
    if (
      listAt(object, 'metadata', 'finalizers').length > 0 ||
      isGraceful(object)
    ) {
      if (!object.metadata.deletionTimestamp) {
        this.change(ref, draft => {
          draft.metadata.deletionTimestamp = timestamp(this.clock.now());
        });
      }
      return;
    }
    this.remove(ref);
  }

  /** Takes an object away at once, and all it owns. */
  remove(ref: ObjectRef): void {
    const key = keyOf(ref);
    const object = this.objects.get(key);
    if (!object) return;
    this.objects.delete(key);
    for (const owner of ownersOf(object))
      this.byOwner.get(owner.uid)?.delete(key);
    this.version++;
    const last = structuredClone(object);
    last.metadata.resourceVersion = String(this.version);
    this.emit({ type: 'DELETED', object: last, previous: object });
    const orphans = this.byOwner.get(uidOf(object));
    this.byOwner.delete(uidOf(object));
    for (const child of orphans ?? []) {
      const dependent = this.objects.get(child);
      if (dependent) this.delete(refOf(dependent));
    }
  }

  /** Tells in the order of the changes: what a listener changes is told after what it was told. */
  private emit(event: StoreEvent): void {
    this.untold.push(event);
    if (this.telling) return;
    this.telling = true;
    try {
      for (let next = this.untold.shift(); next; next = this.untold.shift()) {
        for (const listener of [...this.listeners]) listener(next);
      }
    } finally {
      this.telling = false;
    }
  }
}

function bumpsAlways(object: KubernetesObject): boolean {
  return object.kind === 'Application' || object.kind === 'AppProject';
}

function isGraceful(object: KubernetesObject): boolean {
  return object.kind === 'Pod';
}

const PLAIN_DATA = new Set([
  'ConfigMap',
  'Secret',
  'Service',
  'ServiceAccount',
  'Namespace',
  'EndpointSlice',
]);

function hasGeneration(object: KubernetesObject): boolean {
  return !PLAIN_DATA.has(object.kind);
}
