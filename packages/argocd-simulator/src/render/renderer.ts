import {
  GitBackend,
  KubernetesObject,
  RenderError,
  Renderer,
  SourceSpec,
} from '../ports';
import { renderDirectory } from './directory';
import { FileTree, isDirectory, normalizePath } from './files';
import { renderHelm } from './helm/renderHelm';
import { kustomizationFile } from './kustomize/kustomization';
import { renderKustomize } from './kustomize/renderKustomize';

type SourceType = 'Directory' | 'Kustomize' | 'Helm';

/** What the repo-server finds in a folder: a chart before a kustomization before plain manifests. */
function detect(
  tree: FileTree,
  directory: string,
  source: SourceSpec,
): SourceType {
  const prefix = directory === '' ? '' : `${directory}/`;
  if (source.directory) return 'Directory';
  if (tree.has(`${prefix}Chart.yaml`)) return 'Helm';
  if (kustomizationFile(tree, directory)) return 'Kustomize';
  return 'Directory';
}

/** Renders as Argo CD's repo-server does: plain folders, kustomize and Helm, several sources with `$ref` values. */
export class ManifestRenderer implements Renderer {
  constructor(private readonly git: Pick<GitBackend, 'readTree'>) {}

  async render(request: {
    appName: string;
    namespace: string;
    sources: SourceSpec[];
    revisions: string[];
  }): Promise<{ objects: KubernetesObject[]; sourceTypes: SourceType[] }> {
    const { sources, revisions } = request;
    const trees = await Promise.all(
      sources.map((source, index) =>
        this.git.readTree(source.repoURL, revisions[index]),
      ),
    );
    const refs = new Map(
      sources.flatMap((source, index) =>
        source.ref ? [[source.ref, trees[index]] as const] : [],
      ),
    );
    const objects: KubernetesObject[] = [];
    const sourceTypes: SourceType[] = [];
    sources.forEach((source, index) => {
      try {
        const rendered = this.renderSource({
          ...request,
          source,
          tree: trees[index],
          refs,
        });
        objects.push(...rendered.objects);
        sourceTypes.push(rendered.type);
      } catch (error) {
        // Also what is not of the shape that it should be (a map for a list) is a fault of the manifests.
        throw new RenderError((error as Error).message, index);
      }
    });
    return { objects, sourceTypes };
  }

  private renderSource(options: {
    appName: string;
    namespace: string;
    source: SourceSpec;
    tree: FileTree;
    refs: ReadonlyMap<string, FileTree>;
  }): { objects: KubernetesObject[]; type: SourceType } {
    const { appName, namespace, source, tree, refs } = options;
    if (source.chart) {
      throw new RenderError(
        `failed to fetch chart ${source.chart}: ${source.repoURL} is no Helm repository that can be reached`,
      );
    }
    // A source that is only there to be referred to renders nothing.
    if (source.ref && !source.path) return { objects: [], type: 'Directory' };
    const path = source.path ?? '.';
    const directory = normalizePath(path);
    if (directory === undefined || path.startsWith('/')) {
      throw new RenderError(`${path}: app path outside root`);
    }
    if (!isDirectory(tree, directory)) {
      throw new RenderError(
        tree.has(directory)
          ? `${path}: app path is not a directory`
          : `${path}: app path does not exist`,
      );
    }
    const type = detect(tree, directory, source);
    switch (type) {
      case 'Helm':
        return {
          type,
          objects: renderHelm({
            tree,
            directory,
            refs,
            source,
            releaseName: source.helm?.releaseName ?? appName,
            namespace,
          }),
        };
      case 'Kustomize':
        return {
          type,
          objects: renderKustomize(tree, directory, source.kustomize),
        };
      default:
        return {
          type,
          objects: renderDirectory(tree, directory, source.directory),
        };
    }
  }
}
