import { KubernetesObject } from '../../ports';
import { isKubernetesObject, isRecord, parseYamlDocuments } from '../documents';
import { FileTree, normalizePath, readText } from '../files';
import { fail } from './kustomization';
import { jsonPatch, matchesTarget, strategicMerge } from './patches';
import { Kustomization, PatchTarget } from './types';

/** An object on its way, under the name by which patches, references and the overlay above may know it. */
export interface Item {
  object: KubernetesObject;
  /** Its name before prefixes, suffixes and hashes. */
  originalName: string;
  hashed: boolean;
}

function exactTarget({
  apiVersion,
  kind,
  metadata,
}: KubernetesObject): PatchTarget {
  const [version, group = ''] = apiVersion.split('/').reverse();
  const escaped = metadata.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return { group, version, kind, name: escaped };
}

function parsePatch(text: string): unknown[] {
  try {
    return parseYamlDocuments(text);
  } catch (error) {
    return fail(
      `unable to parse SM or JSON patch: ${(error as Error).message}`,
    );
  }
}

/** Applies the patches of a kustomization, strategic merges of the old field first, in their order. */
export function applyPatches(
  tree: FileTree,
  directory: string,
  own: Kustomization,
  items: Item[],
): Item[] {
  const patches: Array<{ text: string; target?: PatchTarget }> = [];
  const textOf = (path: string) => {
    const full = normalizePath(directory, path);
    const text = full === undefined ? undefined : readText(tree, full);
    return (
      text ??
      fail(
        `failed to get the patch file from path(${path}): no such file or directory`,
      )
    );
  };
  for (const entry of own.patchesStrategicMerge ?? []) {
    patches.push({ text: /\n|^\s*\{/.test(entry) ? entry : textOf(entry) });
  }
  for (const { path, patch, target } of [
    ...(own.patches ?? []),
    ...(own.patchesJson6902 ?? []),
  ]) {
    patches.push({ text: patch ?? textOf(path ?? ''), target });
  }
  return patches.reduce(
    (current, { text, target }) => patchItems(current, text, target),
    items,
  );
}

function patchItems(
  items: Item[],
  text: string,
  target: PatchTarget | undefined,
): Item[] {
  let result = items;
  for (const value of parsePatch(text)) {
    if (Array.isArray(value)) {
      if (!target) return fail('must specify a target for JSON patch');
      const found = result.some(item => matches(item, target));
      if (!found)
        return fail(
          `no resource matches the target of the JSON patch: ${JSON.stringify(
            target,
          )}`,
        );
      result = result.map(item =>
        matches(item, target)
          ? { ...item, object: jsonPatch(item.object, value) }
          : item,
      );
      continue;
    }
    if (!isRecord(value)) return fail('unable to parse SM or JSON patch');
    if (!target && !isKubernetesObject(value))
      return fail('unable to parse SM or JSON patch: missing kind or name');
    const wanted: PatchTarget =
      target ?? exactTarget(value as KubernetesObject);
    if (!target && !result.some(item => matches(item, wanted))) {
      return fail(
        `no matches for Id ${wanted.kind}.${wanted.version}.${
          wanted.group || '[noGrp]'
        }/${wanted.name}; failed to find unique target for patch`,
      );
    }
    result = result.flatMap(item => {
      if (!matches(item, wanted)) return [item];
      const merged = strategicMerge(item.object, value);
      return merged ? [{ ...item, object: merged }] : [];
    });
  }
  return result;
}

/** Patches may call an object by its present or by its original name. */
function matches({ object, originalName }: Item, target: PatchTarget): boolean {
  return (
    matchesTarget(object, target) ||
    matchesTarget(
      { ...object, metadata: { ...object.metadata, name: originalName } },
      target,
    )
  );
}
