/**
 * Scaffolder actions that promote through Argo CD.
 *
 * @packageDocumentation
 */
export { scaffolderModuleArgocdPromotion as default } from './module';
