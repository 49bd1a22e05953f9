import { Entity } from '@backstage/catalog-model';
import {
  ANNOTATION_APP_NAME,
  ANNOTATION_APP_SELECTOR,
  ANNOTATION_PROJECT_NAME,
  KUBERNETES_ID,
} from '@fairway/backstage-plugin-argocd-promotion-common';

/** Annotations each of which names Applications. */
const NAMING_ANNOTATIONS = [
  ANNOTATION_APP_NAME,
  ANNOTATION_APP_SELECTOR,
  ANNOTATION_PROJECT_NAME,
  KUBERNETES_ID,
];

/** Types of components that run in a cluster and manage nothing there. */
const ROOTLESS_TYPES = new Set(['service', 'website', 'library']);

/**
 * Whether an entity may have Applications: it is a component, or it carries an annotation that names some. Components
 * count without annotation too, since an Application's own label can prove that it is theirs.
 * @public
 */
export function isArgocdPromotionAvailable(entity: Entity): boolean {
  if (entity.kind.toLocaleLowerCase('en-US') === 'component') return true;
  return namesApplications(entity);
}

function namesApplications(entity: Entity): boolean {
  return NAMING_ANNOTATIONS.some(annotation =>
    Boolean(entity.metadata.annotations?.[annotation]),
  );
}

/**
 * Whether an entity may stand for roots (App of Apps): its annotations name Applications, and it is not a service. Which of
 * them are roots only Argo CD tells; the card says so.
 * @public
 */
export function isArgocdRootAvailable(entity: Entity): boolean {
  const type = entity.spec?.type;
  const service =
    entity.kind.toLocaleLowerCase('en-US') === 'component' &&
    typeof type === 'string' &&
    ROOTLESS_TYPES.has(type);
  return !service && namesApplications(entity);
}
