import { Application } from '../argocd/types';
import { ApplicationMap } from './ApplicationMap';

/** Key of an Application within its Instance. */
export const localKey = (namespace: string, name: string): string =>
  `${namespace}/${name}`;

type Source = 'stream' | 'list' | 'get';

/**
 * The Applications of one Instance, merged from list and stream.
 *
 * Both tell the same objects in no common order, so `resourceVersion` decides. Versions are opaque by Kubernetes'
 * contract but numbers in practice: where both are numbers the larger wins, else what came last. For one and the
 * same version the stream wins: the trimmed list lacks the health of resources.
 */
export class InstanceApplications {
  readonly #byKey = new ApplicationMap<{
    readonly application: Application;
    seen: number;
  }>();
  #round = 0;
  /** What the list that is being read brought, and nothing else told. */
  readonly #added = new Set<string>();
  /** Deleted since the last full list began: an older list must not bring them back. */
  readonly #deleted = new Map<string, { version?: string; uid?: string }>();

  /** What another one knows at present. */
  static copyOf(other: InstanceApplications): InstanceApplications {
    const copy = new InstanceApplications();
    for (const [key, { application }] of other.#byKey)
      copy.#byKey.set(key, { application, seen: 0 });
    return copy;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(namespace: string, name: string): Application | undefined {
    return this.#byKey.get(localKey(namespace, name))?.application;
  }

  keys(): Iterable<string> {
    return this.#byKey.keys();
  }

  *values(): Generator<Application> {
    for (const { application } of this.#byKey.values()) yield application;
  }

  /** Those with at least one of these facets. */
  withAny(facets: string[]): Application[] {
    return this.#byKey.withAny(facets).map(({ application }) => application);
  }

  /** True when it changed anything that is kept. */
  upsert(application: Application, source: Source): boolean {
    const { namespace, name, resourceVersion, uid } = application.metadata;
    const key = localKey(namespace, name);
    const known = this.#byKey.get(key);
    const deleted = this.#deleted.get(key);
    if (
      deleted &&
      (!uid || deleted.uid === uid) &&
      compareVersions(resourceVersion, deleted.version) <= 0
    )
      return false;
    if (!known) {
      this.#byKey.set(key, { application, seen: this.#round });
      if (source === 'list') this.#added.add(key);
      return true;
    }
    known.seen = this.#round;
    if (source === 'stream') this.#added.delete(key);
    const order = compareVersions(
      resourceVersion,
      known.application.metadata.resourceVersion,
    );
    const sameObject =
      !uid ||
      !known.application.metadata.uid ||
      uid === known.application.metadata.uid;
    if (sameObject && (order < 0 || (order === 0 && source === 'list')))
      return false;
    this.#byKey.set(key, { application, seen: known.seen });
    return true;
  }

  /** True when there was one to delete. */
  remove(application: Application): boolean {
    const { namespace, name, resourceVersion, uid } = application.metadata;
    const key = localKey(namespace, name);
    this.#deleted.set(key, {
      ...(resourceVersion ? { version: resourceVersion } : {}),
      ...(uid ? { uid } : {}),
    });
    return this.#byKey.delete(key);
  }

  /** Begin of a full list: everything that is not seen again until {@link endList} is gone. */
  beginList(): void {
    this.#round += 1;
    this.#added.clear();
  }

  /** The list broke off: what only it told is not believed. */
  abandonList(): void {
    for (const key of this.#added) this.#byKey.delete(key);
    this.#added.clear();
  }

  /** Keys of what the list no longer had; they are removed. */
  endList(): string[] {
    const gone: string[] = [];
    for (const [key, entry] of this.#byKey)
      if (entry.seen < this.#round) gone.push(key);
    for (const key of gone) this.#byKey.delete(key);
    this.#deleted.clear();
    this.#added.clear();
    return gone;
  }
}

/** Negative, zero or positive; unknown and non-numeric versions count as "what came last is newer". */
export function compareVersions(
  a: string | undefined,
  b: string | undefined,
): number {
  if (a === undefined || b === undefined) return 1;
  if (a === b) return 0;
  if (!/^\d+$/.test(a) || !/^\d+$/.test(b)) return 1;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}
