export { createGitHosts } from './createGitHosts';
export { trailerValues } from './trailers';
