export * from './application';
export * from './drift';
export * from './hold';
export * from './instance';
export * from './pipeline';
export * from './promotion';
export * from './release';
export * from './rollout';
