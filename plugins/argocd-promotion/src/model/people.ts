import { parseEntityRef } from '@backstage/catalog-model';

/** The ref when the text names a catalog entity such as `user:default/ana`. */
export function asEntityRef(person: string): string | undefined {
  if (!/^[a-z]+:[^\s/]+\/[^\s/]+$/i.test(person)) return undefined;
  return person;
}

/** Who asks when nobody does. */
const ITSELF = 'service:argocd-promotion';

/** A name for sentences: without kind and namespace, without an e-mail address. */
export function personName(person: string): string {
  if (person === ITSELF) return 'Argo CD Promotion';
  const ref = asEntityRef(person);
  if (ref) return parseEntityRef(ref).name;
  return person.replace(/\s*<[^>]*>\s*$/, '').trim() || person;
}

const REF = /\b((?:user|group):[\w.-]+\/[\w.-]*\w|service:argocd-promotion)/g;

/** Cuts a sentence at the people and groups that it names by ref, such as `user:default/ana`. */
export function splitRefs(
  sentence: string,
): Array<{ text: string; ref: boolean }> {
  return sentence
    .split(REF)
    .map((text, index) => ({ text, ref: index % 2 === 1 }))
    .filter(part => part.text !== '');
}

/** A sentence with the bare names of whom it names by ref: where only text can stand, as on hover. */
export function withNames(sentence: string): string {
  return sentence.replace(REF, ref => personName(ref));
}
