import {
  Entity,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import {
  ANNOTATION_APP_NAME,
  ANNOTATION_APP_NAMESPACE,
  ANNOTATION_APP_SELECTOR,
  ANNOTATION_ENTITY,
  ANNOTATION_INSTANCE_NAME,
  ANNOTATION_PROJECT_NAME,
  ANNOTATION_PROXY_URL,
  Binding,
  KUBERNETES_ID,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import picomatch from 'picomatch';
import { Application } from '../argocd/types';
import { BindingConfig } from '../config/types';
import { facet } from '../inventory/facets';
import { ownersOf } from '../permissions/ownersOf';
import { labelsOfSelector, parseSelector } from './selector';

export interface EntityLinks {
  /** The annotations and labels that were looked for, in words for people. */
  lookedFor: string[];
  /** Problems with the annotations themselves. */
  errors: string[];
  /** Names of Applications that the entity claims. */
  names: string[];
  /** Everything that `bind` may give a binding has one of these; undefined when any Application may. */
  facets: string[] | undefined;
  /** Whether only its name makes the Application the entity's, so that another of that name may be meant. */
  onlyByName(application: Application): boolean;
  /** How the Application belongs to the entity, or undefined when it does not. */
  bind(instance: string, application: Application): Binding | undefined;
}

/** Which Applications are an entity's, and why: by what the catalog claims and by what Argo CD itself says. */
export function linksOf(entity: Entity, options: BindingConfig): EntityLinks {
  const annotations = entity.metadata.annotations ?? {};
  const entityRef = stringifyEntityRef(entity);
  const lookedFor: string[] = [];
  const errors: string[] = [];
  const look = (annotation: string) => {
    const value = annotations[annotation]?.trim();
    if (value) lookedFor.push(`annotation ${annotation}: ${value}`);
    return value || undefined;
  };
  const names = list(look(ANNOTATION_APP_NAME));
  const selectorText = look(ANNOTATION_APP_SELECTOR);
  const namespace = look(ANNOTATION_APP_NAMESPACE);
  const project = look(ANNOTATION_PROJECT_NAME);
  const instances = list(look(ANNOTATION_INSTANCE_NAME));
  const kubernetesId = look(KUBERNETES_ID);
  let selector: ReturnType<typeof parseSelector> | undefined;
  if (selectorText) {
    try {
      selector = parseSelector(selectorText);
    } catch (error) {
      errors.push(`${ANNOTATION_APP_SELECTOR}: ${(error as Error).message}`);
    }
  }
  if (annotations[ANNOTATION_PROXY_URL])
    errors.push(
      `${ANNOTATION_PROXY_URL} is not read: name the Argo CD with ${ANNOTATION_INSTANCE_NAME}`,
    );
  const claimed =
    names.length > 0 || selectorText !== undefined || project !== undefined;
  const id = kubernetesId ?? entity.metadata.name;
  if (!kubernetesId)
    lookedFor.push(`label ${KUBERNETES_ID}: ${id} on the Application`);
  lookedFor.push(
    `label or annotation ${ANNOTATION_ENTITY} on the Application: ${entityRef}`,
  );

  const owners = ownersOf(entity);
  const ownProject = (instance: string, { spec }: Application) =>
    (options.projects ?? []).some(
      ({ name, instance: only, owners: teams }) =>
        (only === undefined || only === instance) &&
        (name === spec.project || picomatch.isMatch(spec.project, name)) &&
        teams.some(team => owners.includes(team)),
    );

  const inScope = (instance: string, application: Application) =>
    (instances.length === 0 || instances.includes(instance)) &&
    (namespace === undefined || application.metadata.namespace === namespace);
  const inProject = ({ spec }: Application) =>
    project === undefined || spec.project === project;
  const claimOf = (
    instance: string,
    application: Application,
  ): string | undefined => {
    if (!inScope(instance, application) || !inProject(application))
      return undefined;
    if (names.includes(application.metadata.name))
      return `annotation ${ANNOTATION_APP_NAME} of the entity`;
    if (selector?.(application.metadata.labels ?? {}))
      return `annotation ${ANNOTATION_APP_SELECTOR} of the entity`;
    // Alone it claims the whole project; beside the others it narrows them.
    return project !== undefined && names.length === 0 && !selectorText
      ? `annotation ${ANNOTATION_PROJECT_NAME} of the entity`
      : undefined;
  };

  const selected = selector && labelsOfSelector(selectorText!);
  const facets =
    selector && !selected
      ? undefined
      : [
          facet.label(KUBERNETES_ID, id),
          ...marksOf(entityRef).map(facet.mark),
          ...names.map(facet.name),
          ...(selected ?? []).map(([key, value]) => facet.label(key, value)),
          ...(project === undefined ? [] : [facet.project(project)]),
        ];

  return {
    lookedFor,
    errors,
    names,
    facets,
    onlyByName(application) {
      const { name, labels } = application.metadata;
      return (
        names.includes(name) &&
        namespace === undefined &&
        !selector?.(labels ?? {}) &&
        labels?.[KUBERNETES_ID] !== id &&
        ownerOf(application) === undefined
      );
    },
    bind(instance, application) {
      const owner = ownerOf(application);
      if (owner !== undefined && owner.namesEntity(entityRef))
        return { kind: 'proof', reason: owner.reason };
      const labelled = application.metadata.labels?.[KUBERNETES_ID] === id;
      const claim = claimOf(instance, application);
      // Our own mark on the Application names somebody else: neither a shared label nor a claim outweighs it.
      const contradicted = owner !== undefined;
      if (labelled && !contradicted && inScope(instance, application)) {
        // Without annotations the label is what links; with them it proves what they claim.
        if (!claimed || claim)
          return {
            kind: 'proof',
            reason: `label ${KUBERNETES_ID}: ${id} on the Application`,
          };
      }
      if (claim && !contradicted && ownProject(instance, application)) {
        return {
          kind: 'proof',
          reason: `${claim}, and its AppProject ${application.spec.project} belongs to the owner of the entity`,
        };
      }
      if (!claim || options.trustAnnotations === 'none') return undefined;
      if (options.trustAnnotations === 'all' && !contradicted) {
        return {
          kind: 'proof',
          reason: `${claim}, trusted by argocdPromotion.binding.trustAnnotations`,
        };
      }
      return {
        kind: 'claim',
        reason: claim,
        remedy: contradicted
          ? `The Application says that it belongs to ${owner.names}. If it is this entity's, change ${ANNOTATION_ENTITY} on Application ${application.metadata.namespace}/${application.metadata.name} to ${entityRef}.`
          : `Add the annotation ${ANNOTATION_ENTITY}: ${entityRef} (or the label ${KUBERNETES_ID}: ${id}) to Application ${application.metadata.namespace}/${application.metadata.name}, in git.`,
      };
    },
  };
}

/**
 * Of several Applications of one name in one Argo CD, the one in Argo CD's own namespace is meant unless the entity says
 * otherwise, as Argo CD's own API has it. Those in the namespaces of others are left out.
 */
export function withoutNamesakes<
  T extends { instance: string; application: Application },
>(found: T[], links: EntityLinks): { kept: T[]; ambiguous: string[] } {
  const isHome = ({ application: { metadata, status } }: T) =>
    status?.controllerNamespace === metadata.namespace;
  const key = ({ instance, application }: T) =>
    JSON.stringify([instance, application.metadata.name]);
  const homes = new Set(found.filter(isHome).map(key));
  const isNamesake = (item: T) =>
    !isHome(item) && homes.has(key(item)) && links.onlyByName(item.application);
  return {
    kept: found.filter(item => !isNamesake(item)),
    ambiguous: [
      ...new Set(
        found
          .filter(isNamesake)
          .map(({ application }) => application.metadata.name),
      ),
    ],
  };
}

/** What the Application itself says of its entity, by our annotation or label. */
function ownerOf(application: Application):
  | {
      reason: string;
      names: string;
      namesEntity: (entityRef: string) => boolean;
    }
  | undefined {
  const annotation = application.metadata.annotations?.[ANNOTATION_ENTITY];
  if (annotation) {
    let named: string | undefined;
    try {
      named = stringifyEntityRef(
        parseEntityRef(annotation, {
          defaultKind: 'component',
          defaultNamespace: 'default',
        }),
      );
    } catch {
      named = undefined;
    }
    return {
      reason: `annotation ${ANNOTATION_ENTITY} on the Application`,
      names: annotation,
      namesEntity: ref => same(ref, named),
    };
  }
  const label = application.metadata.labels?.[ANNOTATION_ENTITY];
  if (!label) return undefined;
  return {
    reason: `label ${ANNOTATION_ENTITY} on the Application`,
    names: label,
    // A label can hold neither `:` nor `/`: `name`, or `namespace.name`.
    namesEntity: ref => {
      const { namespace, name } = parseEntityRef(ref);
      return same(label, name)
        ? namespace === 'default'
        : same(label, `${namespace}.${name}`);
    },
  };
}

/** Every spelling by which a mark may name the entity, as {@link ownerOf} reads it. */
function marksOf(entityRef: string): string[] {
  const { kind, namespace, name } = parseEntityRef(entityRef);
  const component = same(kind, 'component');
  const home = same(namespace, 'default');
  return [
    `${kind}:${namespace}/${name}`,
    `${namespace}.${name}`,
    // As the value of a label the bare name is of whatever kind; an annotation leaves out what is the default.
    name,
    ...(component ? [`${namespace}/${name}`] : []),
    ...(home ? [`${kind}:${name}`] : []),
  ];
}

function same(a: string | undefined, b: string | undefined): boolean {
  return (
    a !== undefined &&
    b !== undefined &&
    a.toLocaleLowerCase('en-US') === b.toLocaleLowerCase('en-US')
  );
}

function list(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '');
}
