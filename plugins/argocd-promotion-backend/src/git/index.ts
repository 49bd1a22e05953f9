export { createGitHosts } from './createGitHosts';
export { trailers, trailerValues } from './trailers';
