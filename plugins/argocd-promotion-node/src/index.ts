/**
 * The ports of Argo CD Promotion that other backend modules may extend or use.
 *
 * @packageDocumentation
 */
export * from './extensions';
export * from './gates/GateEvaluator';
export * from './git/GitHost';
export * from './manifests/ManifestEditor';
