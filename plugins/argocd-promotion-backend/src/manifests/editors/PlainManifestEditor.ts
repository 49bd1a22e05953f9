import picomatch from 'picomatch';
import {
  ManifestEdit,
  ManifestEditor,
  ManifestSource,
  ManifestTree,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { joinPath, resolvePath } from '../paths';
import { findKustomization } from './kustomizations';
import {
  isManifest,
  mentions,
  pinInPodTemplates,
  readEdited,
} from './podTemplates';

/** Pins in manifests that Argo CD applies as they are (sources of type Directory). */
export class PlainManifestEditor implements ManifestEditor {
  readonly kind = 'plain';

  async edit(
    options: Parameters<ManifestEditor['edit']>[0],
  ): Promise<ManifestEdit[] | undefined> {
    const edits: ManifestEdit[] = [];
    for (const [i, source] of options.sources.entries()) {
      const tree =
        source.path === undefined || source.chart
          ? undefined
          : await options.tree(i);
      if (!tree) continue;
      const files = await directoryFiles(source, tree);
      if (!files) continue;
      options.lookedAt.push(
        `containers of the manifests in ${
          source.path === '' ? '.' : source.path
        }`,
      );
      for (const path of files) {
        const bytes = await readEdited(
          tree,
          options.edited,
          source.repoURL,
          path,
        );
        if (!bytes || !mentions(bytes, options.image)) continue;
        const { repoURL, targetRevision } = source;
        const edit = pinInPodTemplates({
          bytes,
          path,
          image: options.image,
          repoURL,
          targetRevision,
        });
        if (edit) edits.push(edit);
      }
    }
    return edits.length > 0 ? edits : undefined;
  }
}

/** The files of a source of type Directory; undefined when the source is of another type. */
export async function directoryFiles(
  source: ManifestSource,
  tree: ManifestTree,
): Promise<string[] | undefined> {
  const directory = resolvePath('', source.path ?? '') ?? '';
  if (await findKustomization(path => tree.read(path), directory))
    return undefined;
  if (await tree.read(joinPath(directory, 'Chart.yaml'))) return undefined;
  const { recurse = false, include, exclude } = source.directory ?? {};
  const included = include ? picomatch(include) : () => true;
  const excluded = exclude ? picomatch(exclude) : () => false;
  return (await tree.list(directory)).filter(path => {
    const relative = directory === '' ? path : path.slice(directory.length + 1);
    if (!isManifest(path) || (!recurse && relative.includes('/'))) return false;
    return included(relative) && !excluded(relative);
  });
}
