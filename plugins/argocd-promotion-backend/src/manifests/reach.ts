import {
  ManifestSource,
  ManifestTree,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { directoryFiles } from './editors/PlainManifestEditor';
import { valuesLayers } from './helm/valuesLayers';
import { walkKustomizations } from './editors/kustomizations';
import { resolvePath } from './paths';

/** Files that decide what a source renders, as `source index → paths`: an edit of them reaches this Application. */
export async function filesReadBy(
  sources: ManifestSource[],
  treeOf: (index: number) => Promise<ManifestTree | undefined>,
): Promise<Array<{ sourceIndex: number; path: string }>> {
  const files: Array<{ sourceIndex: number; path: string }> = [];
  for (const [i, source] of sources.entries()) {
    files.push(
      ...valuesLayers(sources, i).filter(
        () => source.path !== undefined || source.chart,
      ),
    );
    const tree =
      source.path === undefined || source.chart ? undefined : await treeOf(i);
    if (!tree) continue;
    const directory = resolvePath('', source.path ?? '') ?? '';
    const kustomizations = await walkKustomizations(
      path => tree.read(path),
      directory,
    );
    for (const { path, files: listed } of kustomizations) {
      files.push(
        { sourceIndex: i, path },
        ...listed.map(file => ({ sourceIndex: i, path: file })),
      );
    }
    if (kustomizations.length === 0) {
      files.push(
        ...((await directoryFiles(source, tree)) ?? []).map(path => ({
          sourceIndex: i,
          path,
        })),
      );
    }
  }
  return files;
}
