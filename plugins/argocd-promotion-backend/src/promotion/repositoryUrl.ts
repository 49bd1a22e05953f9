/** A repository URL in the form that two spellings of the same repository share. */
export function repositoryKey(url: string): string {
  return url
    .trim()
    .replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1')
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '')
    .toLowerCase();
}
