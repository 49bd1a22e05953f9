import { useEffect, useState } from 'react';
import {
  Entity,
  parseEntityRef,
  RELATION_OWNED_BY,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { useApiHolder } from '@backstage/core-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { isArgocdPromotionAvailable } from '../available';

/** A service that may be promoted together with another. */
export interface TrainCandidate {
  entityRef: string;
  title: string;
  /** Why it is offered: what both belong to. */
  group: string;
}

const MOST = 200;
const FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'metadata.annotations',
  'spec.system',
  'relations',
];

const ownersOf = ({ relations = [] }: Entity) =>
  relations
    .filter(({ type }) => type === RELATION_OWNED_BY)
    .map(({ targetRef }) => targetRef);

const SAME_OWNER = 'Same owner';

/** Services of the same owner, then those of the same system; none where there is no catalog to ask. */
export function useTrainCandidates(entityRef: string): {
  candidates: TrainCandidate[];
  error?: unknown;
} {
  const catalog = useApiHolder().get(catalogApiRef);
  const [state, setState] = useState<{
    candidates: TrainCandidate[];
    error?: unknown;
  }>({ candidates: [] });
  useEffect(() => {
    let current = true;
    const read = async () => {
      const own = await catalog?.getEntityByRef(entityRef);
      if (!catalog || !own) return [];
      const owners = ownersOf(own);
      const system =
        typeof own.spec?.system === 'string' ? own.spec.system : undefined;
      const kind = own.kind;
      const filter: Array<Record<string, string | string[]>> = [
        ...(system ? [{ kind, 'spec.system': system }] : []),
        ...(owners.length > 0
          ? [{ kind, [`relations.${RELATION_OWNED_BY}`]: owners }]
          : []),
      ];
      if (filter.length === 0) return [];
      const { items } = await catalog.getEntities({
        filter,
        fields: FIELDS,
        limit: MOST,
      });
      return trainCandidates(own, items);
    };
    read().then(
      candidates => current && setState({ candidates }),
      error => current && setState({ candidates: [], error }),
    );
    return () => {
      current = false;
    };
  }, [catalog, entityRef]);
  return state;
}

/** Those of the same owner first, whom one may promote too as a rule; each list by name. */
export function trainCandidates(
  own: Entity,
  others: Entity[],
): TrainCandidate[] {
  const ownRef = stringifyEntityRef(own);
  const owners = ownersOf(own);
  return others
    .filter(
      other =>
        stringifyEntityRef(other) !== ownRef &&
        isArgocdPromotionAvailable(other),
    )
    .map(other => ({
      entityRef: stringifyEntityRef(other),
      title: other.metadata.title ?? other.metadata.name,
      group: ownersOf(other).some(ref => owners.includes(ref))
        ? SAME_OWNER
        : `System ${systemName(own)}`,
    }))
    .sort(
      (a, b) =>
        Number(b.group === SAME_OWNER) - Number(a.group === SAME_OWNER) ||
        a.title.localeCompare(b.title),
    );
}

function systemName({ spec }: Entity): string {
  return parseEntityRef(String(spec?.system), {
    defaultKind: 'system',
    defaultNamespace: 'default',
  }).name;
}
