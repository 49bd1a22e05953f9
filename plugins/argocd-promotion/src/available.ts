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

/**
 * Whether an entity may have Applications: it is a component, or it carries an annotation that names some. Components
 * count without annotation too, since an Application's own label can prove that it is theirs.
 * @public
 */
export function isArgocdPromotionAvailable(entity: Entity): boolean {
  if (entity.kind.toLocaleLowerCase('en-US') === 'component') return true;
  return NAMING_ANNOTATIONS.some(annotation =>
    Boolean(entity.metadata.annotations?.[annotation]),
  );
}
