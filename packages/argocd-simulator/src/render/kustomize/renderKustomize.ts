import { KubernetesObject, SourceSpec } from '../../ports';
import { parseManifests } from '../documents';
import { FileTree, isDirectory, normalizePath, readText } from '../files';
import { contentSuffix } from './contentSuffix';
import { generate } from './generators';
import { applyPatches, Item } from './applyPatches';
import { fail, load } from './kustomization';
import {
  addAnnotations,
  addLabels,
  renameReferences,
  setImages,
  setNamespace,
  setReplicas,
  splitImage,
} from './transformers';
import { GeneratorArgs, ImageOverride, Kustomization } from './types';

function identity({ kind, metadata, apiVersion }: KubernetesObject): string {
  return `${apiVersion.split('/').slice(0, -1).join('/')}/${kind}/${
    metadata.namespace ?? ''
  }/${metadata.name}`;
}

class Build {
  constructor(private readonly tree: FileTree) {}

  run(directory: string, items: Item[], chain: string[]): Item[] {
    if (chain.includes(directory))
      fail(
        `cycle detected: candidate root '${directory}' contains visited root`,
      );
    const own = load(this.tree, directory);
    let result = items;
    for (const path of [...(own.resources ?? []), ...(own.bases ?? [])]) {
      result = [
        ...result,
        ...this.resource(directory, path, [...chain, directory]),
      ];
    }
    for (const path of own.components ?? []) {
      const component = normalizePath(directory, path);
      if (component === undefined)
        return fail(`component '${path}' is outside of the repository`);
      result = this.run(component, result, [...chain, directory]);
    }
    this.generateAll(directory, own, result);
    this.refuseDuplicates(result);
    result = applyPatches(this.tree, directory, own, result);
    this.transform(own, result);
    return result;
  }

  private resource(directory: string, path: string, chain: string[]): Item[] {
    if (/^(https?:|git@|ssh:|github\.com\/)/.test(path)) {
      return fail(
        `accumulating resources: remote base '${path}' can't be fetched`,
      );
    }
    const full = normalizePath(directory, path);
    if (full === undefined)
      return fail(
        `accumulating resources: '${path}' is outside of the repository`,
      );
    const text = readText(this.tree, full);
    if (text !== undefined) {
      return parseManifests(text, full).map(object => ({
        object: structuredClone(object),
        originalName: object.metadata.name,
        hashed: false,
      }));
    }
    if (!isDirectory(this.tree, full)) {
      return fail(
        `accumulating resources: accumulation err='accumulating resources from '${path}': evalsymlink failure on '${full}' : lstat ${full}: no such file or directory'`,
      );
    }
    return this.run(full, [], chain);
  }

  private generateAll(
    directory: string,
    own: Kustomization,
    items: Item[],
  ): void {
    const all: Array<['ConfigMap' | 'Secret', GeneratorArgs]> = [
      ...(own.configMapGenerator ?? []).map(
        args => ['ConfigMap', args] as ['ConfigMap', GeneratorArgs],
      ),
      ...(own.secretGenerator ?? []).map(
        args => ['Secret', args] as ['Secret', GeneratorArgs],
      ),
    ];
    for (const [kind, args] of all) {
      const { object, hashed } = generate({
        kind,
        args,
        common: own.generatorOptions,
        tree: this.tree,
        directory,
      });
      const existing = items.find(
        item => item.object.kind === kind && item.originalName === args.name,
      );
      const behavior = args.behavior ?? 'create';
      if (behavior === 'create') {
        items.push({ object, originalName: args.name, hashed });
      } else if (!existing) {
        fail(`id ${kind} ${args.name} does not exist; cannot ${behavior}`);
      } else if (behavior === 'replace') {
        existing.object.data = object.data;
      } else {
        existing.object.data = {
          ...(existing.object.data as object),
          ...(object.data as object),
        };
      }
    }
  }

  private refuseDuplicates(items: Item[]): void {
    const seen = new Set<string>();
    for (const { object } of items) {
      const id = identity(object);
      if (seen.has(id))
        fail(
          `accumulating resources: may not add resource with an already registered id: ${object.kind} ${object.metadata.name}`,
        );
      seen.add(id);
    }
  }

  private transform(own: Kustomization, items: Item[]): void {
    const renamed = new Map<string, string>();
    for (const { object } of items) {
      if (own.namespace) setNamespace(object, own.namespace);
      if (own.commonLabels)
        addLabels(object, own.commonLabels, {
          selectors: true,
          templates: true,
        });
      for (const {
        pairs,
        includeSelectors = false,
        includeTemplates = false,
      } of own.labels ?? []) {
        addLabels(object, pairs, {
          selectors: includeSelectors,
          templates: includeTemplates,
        });
      }
      if (own.commonAnnotations) addAnnotations(object, own.commonAnnotations);
      if (own.replicas) setReplicas(object, own.replicas);
      if (own.images) setImages(object, own.images);
      const keepsName =
        object.kind === 'CustomResourceDefinition' ||
        object.kind === 'Namespace';
      if ((own.namePrefix || own.nameSuffix) && !keepsName) {
        const next = `${own.namePrefix ?? ''}${object.metadata.name}${
          own.nameSuffix ?? ''
        }`;
        renamed.set(`${object.kind}/${object.metadata.name}`, next);
        object.metadata.name = next;
      }
    }
    if (renamed.size > 0)
      renameReferences(
        items.map(item => item.object),
        renamed,
      );
  }
}

/** `name=newName:tag@digest`, as an Application overrides images. */
function parseOverride(text: string): ImageOverride {
  const equals = text.indexOf('=');
  const { name, tag, digest } = splitImage(text.slice(equals + 1));
  return {
    name: equals < 0 ? name : text.slice(0, equals),
    newName: name,
    newTag: tag,
    digest,
  };
}

/** What `kustomize build` makes of a folder, with an Application's own overrides on top. */
export function renderKustomize(
  tree: FileTree,
  directory: string,
  overrides: SourceSpec['kustomize'] = {},
): KubernetesObject[] {
  const items = new Build(tree).run(directory, [], []);
  const objects = items.map(item => item.object);
  const renamed = new Map<string, string>();
  for (const { object, hashed } of items) {
    if (overrides.commonLabels)
      addLabels(object, overrides.commonLabels, {
        selectors: true,
        templates: true,
      });
    if (overrides.images)
      setImages(object, overrides.images.map(parseOverride));
    const suffix = hashed ? `-${contentSuffix(object)}` : '';
    const next = `${overrides.namePrefix ?? ''}${
      object.metadata.name
    }${suffix}`;
    if (next !== object.metadata.name) {
      renamed.set(`${object.kind}/${object.metadata.name}`, next);
      object.metadata.name = next;
    }
  }
  if (renamed.size > 0) renameReferences(objects, renamed);
  return objects;
}
