/**
 * The contract between the frontend and the backend of Argo CD Promotion: types, permissions, annotations, API client.
 *
 * @packageDocumentation
 */
export * from './annotations';
export * from './client/ArgocdPromotionApi';
export * from './client/ArgocdPromotionClient';
export * from './permissions';
export * from './signals';
export * from './types';
