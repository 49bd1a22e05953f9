import { createHash } from 'node:crypto';
import { isRecord } from '../../cluster/objects';
import { KubernetesObject } from '../../ports';

/** Kustomize's letters for digits that would make words. */
const LETTERS: Record<string, string> = {
  '0': 'g',
  '1': 'h',
  '3': 'k',
  a: 'm',
  e: 't',
};

/** JSON as Go writes it: keys in the order of their bytes, and what HTML minds escaped. */
function goJson(value: unknown): string {
  if (isRecord(value)) {
    const keys = Object.keys(value).sort((a, b) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    );
    return `{${keys
      .map(key => `${goJson(key)}:${goJson(value[key])}`)
      .join(',')}}`;
  }
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * What kustomize puts behind the name of a generated ConfigMap or Secret: the first ten digits of the hash of its
 * content. Its name is no part of it (kustomize hashes an empty one), nor are labels, so that equal contents have equal
 * suffixes.
 */
export function contentSuffix({ kind, ...object }: KubernetesObject): string {
  const filled = (field: string) => {
    const value = object[field];
    return isRecord(value) && Object.keys(value).length > 0 ? value : undefined;
  };
  const more = kind === 'Secret' ? 'stringData' : 'binaryData';
  const content = {
    kind,
    name: '',
    data: filled('data') ?? '',
    ...(kind === 'Secret' ? { type: object.type ?? '' } : {}),
    ...(filled(more) ? { [more]: filled(more) } : {}),
  };
  const hash = createHash('sha256').update(goJson(content)).digest('hex');
  return [...hash.slice(0, 10)].map(char => LETTERS[char] ?? char).join('');
}
