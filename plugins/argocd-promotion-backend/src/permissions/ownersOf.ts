import {
  Entity,
  parseEntityRef,
  RELATION_OWNED_BY,
  stringifyEntityRef,
} from '@backstage/catalog-model';

/** Owners of an entity, as full refs. */
export function ownersOf(entity: Entity): string[] {
  const related = (entity.relations ?? []).filter(
    ({ type }) => type === RELATION_OWNED_BY,
  );
  if (related.length > 0)
    return related.map(({ targetRef }) => targetRef.toLowerCase());
  const owner = entity.spec?.owner;
  if (typeof owner !== 'string') return [];
  const defaults = {
    defaultKind: 'group',
    defaultNamespace: entity.metadata.namespace,
  };
  return [stringifyEntityRef(parseEntityRef(owner, defaults))];
}
