export * from './application';
export * from './instance';
export * from './pipeline';
export * from './promotion';
export * from './release';
