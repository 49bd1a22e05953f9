/** An object as Argo CD renders it. */
export type RenderedObject = Record<string, unknown>;

/** What names an object in a cluster. */
export interface ObjectKey {
  group?: string;
  kind: string;
  namespace?: string;
  name: string;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

/** Names a rendered object; one with `generateName` has no other name yet. */
export function objectKey(object: RenderedObject): ObjectKey {
  const apiVersion = textOf(object.apiVersion);
  const metadata = (object.metadata ?? {}) as Record<string, unknown>;
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  const namespace = textOf(metadata.namespace);
  return {
    ...(group ? { group } : {}),
    kind: textOf(object.kind),
    ...(namespace ? { namespace } : {}),
    name: textOf(metadata.name) || textOf(metadata.generateName),
  };
}

/** For maps of objects. */
export const keyText = ({ group, kind, namespace, name }: ObjectKey): string =>
  [group ?? '', kind, namespace ?? '', name].join('/');
