import { posix } from 'node:path';
import { Application, ApplicationSource } from '../argocd/types';

/** Argo CD's own annotation for what an Application depends on in its repository; absolute, or relative to its path. */
const GENERATE_PATHS = 'argocd.argoproj.io/manifest-generate-paths';

/** A path of git from parts that may climb (`../base`); undefined when it leaves the repository. */
function inRepository(...parts: string[]): string | undefined {
  const path = posix.normalize(posix.join('.', ...parts));
  if (path === '..' || path.startsWith('../')) return undefined;
  return path === '.' ? '' : path.replace(/^\/+|\/+$/g, '');
}

/**
 * For each source of an Application, in their order, the files and folders of its repository that it renders: its path,
 * its value files (also those that another source takes from it by `$ref`), and what the annotation
 * `argocd.argoproj.io/manifest-generate-paths` names. An empty path is the whole repository; a chart has none.
 */
export function ownPaths(
  application: Application,
): Array<{ repoURL: string; paths: string[] }> {
  const { metadata, spec } = application;
  const sources: ApplicationSource[] = spec.sources?.length
    ? spec.sources
    : [spec.source].flatMap(source => (source ? [source] : []));
  const declared = (metadata.annotations?.[GENERATE_PATHS] ?? '')
    .split(';')
    .map(path => path.trim())
    .filter(Boolean);
  return sources.map(source => {
    const { repoURL, path, chart, ref, helm } = source;
    if (chart) return { repoURL, paths: [] };
    const here = path ?? '';
    const found = [
      ...(ref && path === undefined ? [] : [inRepository(here)]),
      ...(ref && path === undefined
        ? []
        : declared.map(each =>
            each.startsWith('/')
              ? inRepository(each)
              : inRepository(here, each),
          )),
      ...(helm?.valueFiles ?? [])
        .filter(file => !file.startsWith('$') && !file.includes('://'))
        .map(file =>
          file.startsWith('/') ? inRepository(file) : inRepository(here, file),
        ),
      ...(ref
        ? sources
            .flatMap(other => other.helm?.valueFiles ?? [])
            .filter(file => file.startsWith(`$${ref}/`))
            .map(file => inRepository(file.slice(ref.length + 2)))
        : []),
    ].flatMap(each => (each === undefined ? [] : [each]));
    // What lies below another of them says nothing more.
    const paths = [...new Set(found)].filter(
      each =>
        !found.some(
          other =>
            other !== each && (other === '' || each.startsWith(`${other}/`)),
        ),
    );
    return { repoURL, paths };
  });
}
