import { KubernetesObject } from '../ports';
import { LAST_APPLIED } from '../cluster/apply';
import { canonicalJson } from '../cluster/merge';
import { annotationsOf, recordAt } from '../cluster/objects';

/** Hides the values of Secrets: equal values get equal runs of `+`, different ones runs of different length. */
export class Mask {
  private readonly seen = new Map<string, Map<string, string>>();

  manifest(object: KubernetesObject | undefined): string {
    if (!object) return 'null';
    return canonicalJson(object.kind === 'Secret' ? this.hide(object) : object);
  }

  private hide(object: KubernetesObject): KubernetesObject {
    const copy = structuredClone(object);
    const data = recordAt(copy, 'data');
    for (const [key, value] of Object.entries(data))
      data[key] = this.run(key, String(value));
    if (copy.stringData)
      copy.stringData = Object.fromEntries(
        Object.keys(recordAt(copy, 'stringData')).map(key => [key, '++++++++']),
      );
    const applied = annotationsOf(copy)[LAST_APPLIED];
    if (applied && copy.metadata.annotations) {
      copy.metadata.annotations[LAST_APPLIED] = canonicalJson(
        this.hide(JSON.parse(applied) as KubernetesObject),
      );
    }
    return copy;
  }

  private run(key: string, value: string): string {
    const known = this.seen.get(key) ?? new Map<string, string>();
    this.seen.set(key, known);
    const masked = known.get(value) ?? '+'.repeat(8 + 4 * known.size);
    known.set(value, masked);
    return masked;
  }
}
