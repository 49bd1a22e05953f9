import { parseImageReference, normalizeRepository } from '../images/reference';

/** The parts of live manifests that are read. Whatever is of another kind than expected counts as absent. */
type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
export const objectAt = (from: unknown, ...path: string[]): Json => {
  const value = at(from, ...path);
  return isObject(value) ? value : {};
};
export const listAt = (from: unknown, ...path: string[]): Json[] => {
  const value = at(from, ...path);
  return Array.isArray(value) ? value.filter(isObject) : [];
};
export const textAt = (from: unknown, ...path: string[]) => {
  const value = at(from, ...path);
  return typeof value === 'string' && value !== '' ? value : undefined;
};
/** Kubernetes' IntOrString and numbers in quotes count as numbers; 0 is one. */
export const numberAt = (
  from: unknown,
  ...path: string[]
): number | undefined => {
  const value = at(from, ...path);
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
};

export function at(from: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isObject(value) ? value[key] : undefined),
    from,
  );
}

/** An image of a Pod template. */
export interface TemplateImage {
  repository: string;
  tag?: string;
  digest?: string;
}

export function imageOf(text: string): TemplateImage | undefined {
  const reference = parseImageReference(text);
  return (
    reference && {
      ...reference,
      repository: normalizeRepository(reference.repository),
    }
  );
}

/** The images of a Pod template, init containers aside. */
export function templateImages(template: unknown): TemplateImage[] {
  return listAt(template, 'spec', 'containers').flatMap(container => {
    const image = imageOf(textAt(container, 'image') ?? '');
    return image ? [image] : [];
  });
}
