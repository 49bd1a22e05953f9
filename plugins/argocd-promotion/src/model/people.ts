import { parseEntityRef } from '@backstage/catalog-model';

/** The ref when the text names a catalog entity such as `user:default/ana`. */
export function asEntityRef(person: string): string | undefined {
  if (!/^[a-z]+:[^\s/]+\/[^\s/]+$/i.test(person)) return undefined;
  return person;
}

/** A name for sentences: without kind and namespace, without an e-mail address. */
export function personName(person: string): string {
  const ref = asEntityRef(person);
  if (ref) return parseEntityRef(ref).name;
  return person.replace(/\s*<[^>]*>\s*$/, '').trim() || person;
}
