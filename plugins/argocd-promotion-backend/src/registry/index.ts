export { RegistryClient } from './RegistryClient';
export type { RegistryConfig } from './RegistryClient';
