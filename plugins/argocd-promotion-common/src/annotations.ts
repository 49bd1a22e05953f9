/** Annotations that the peers' users already have in their catalogs, and ours. */

/** Name of an Application, or several separated by commas. @public */
export const ANNOTATION_APP_NAME = 'argocd/app-name';
/** Label selector of Applications. @public */
export const ANNOTATION_APP_SELECTOR = 'argocd/app-selector';
/** Namespace of the Application objects. @public */
export const ANNOTATION_APP_NAMESPACE = 'argocd/app-namespace';
/** Name of an AppProject: all its Applications. @public */
export const ANNOTATION_PROJECT_NAME = 'argocd/project-name';
/** Name of an Instance, or several separated by commas: only those. @public */
export const ANNOTATION_INSTANCE_NAME = 'argocd/instance-name';
/** Path of a Backstage proxy to one Argo CD, of the Roadie plugin; not read. @public */
export const ANNOTATION_PROXY_URL = 'argocd/proxy-url';
/** Label (on Applications) and annotation (on entities) that both peers and the Kubernetes plugin use. @public */
export const KUBERNETES_ID = 'backstage.io/kubernetes-id';
/**
 * On an Application (label or annotation): the entity it belongs to; as an annotation an entity ref such as
 * `component:default/checkout`, as a label (which cannot hold `:` or `/`) `checkout` or `default.checkout`. It is proof of a binding.
 * @public
 */
export const ANNOTATION_ENTITY = 'argocd-promotion.fairway.dev/entity';
