import { KubernetesObject, RenderError } from '../../ports';
import { isRecord } from '../documents';
import { PatchTarget } from './types';

/** Keys by which Kubernetes merges the lists of its built-in types; other lists are replaced. */
const MERGE_KEYS: Record<string, string[]> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  env: ['name'],
  ports: ['containerPort', 'port'],
  imagePullSecrets: ['name'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey'],
};

/** Kinds that Kubernetes itself defines: only their lists have merge keys, all others follow JSON merge patch. */
function isBuiltIn(object: KubernetesObject): boolean {
  const [group] = object.apiVersion.includes('/')
    ? object.apiVersion.split('/')
    : [''];
  return !group.includes('.') || group.endsWith('.k8s.io');
}

function mergeList(
  target: unknown[],
  patch: unknown[],
  field: string,
  smart: boolean,
): unknown[] {
  const key = smart
    ? MERGE_KEYS[field]?.find(name =>
        patch.every(
          item => isRecord(item) && (name in item || '$patch' in item),
        ),
      )
    : undefined;
  if (!key) return structuredClone(patch);
  if (patch.some(item => isRecord(item) && item.$patch === 'replace')) {
    return structuredClone(
      patch.filter(item => !(isRecord(item) && item.$patch)),
    );
  }
  let result = [...target];
  const added: unknown[] = [];
  for (const item of patch as Array<Record<string, unknown>>) {
    const index = result.findIndex(
      existing => isRecord(existing) && existing[key] === item[key],
    );
    if (item.$patch === 'delete') {
      result = result.filter((_, at) => at !== index);
    } else if (index >= 0) {
      result[index] = mergeValue(result[index], item, field, smart);
    } else {
      added.push(structuredClone(item));
    }
  }
  // kustomize puts the elements that only the patch has first.
  return [...added, ...result];
}

function mergeValue(
  target: unknown,
  patch: unknown,
  field: string,
  smart: boolean,
): unknown {
  if (Array.isArray(patch)) {
    return mergeList(Array.isArray(target) ? target : [], patch, field, smart);
  }
  if (!isRecord(patch)) return patch;
  if (patch.$patch === 'replace') {
    const { $patch, ...rest } = patch;
    return structuredClone(rest);
  }
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || (isRecord(value) && value.$patch === 'delete')) {
      delete result[name];
    } else {
      result[name] = mergeValue(result[name], value, name, smart);
    }
  }
  return result;
}

/** Strategic merge of a partial object; undefined when the patch deletes it. */
export function strategicMerge(
  target: KubernetesObject,
  patch: Record<string, unknown>,
): KubernetesObject | undefined {
  if (patch.$patch === 'delete') return undefined;
  const merged = mergeValue(
    target,
    patch,
    '',
    isBuiltIn(target),
  ) as KubernetesObject;
  // A patch names its object; it doesn't rename it.
  return {
    ...merged,
    apiVersion: target.apiVersion,
    kind: target.kind,
    metadata: { ...merged.metadata, name: target.metadata.name },
  };
}

interface JsonPatchOperation {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}

function pointer(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map(part => part.replace(/~1/g, '/').replace(/~0/g, '~'));
}

function parentOf(
  root: unknown,
  parts: string[],
  path: string,
): Record<string, unknown> | unknown[] {
  let at = root;
  for (const part of parts.slice(0, -1)) {
    if (Array.isArray(at)) at = at[Number(part)];
    else at = isRecord(at) ? at[part] : undefined;
  }
  if (!Array.isArray(at) && !isRecord(at)) {
    throw new RenderError(
      `kustomize build failed: add operation does not apply: doc is missing path: "${path}": missing value`,
    );
  }
  return at;
}

function readPointer(root: unknown, path: string): unknown {
  const parts = pointer(path);
  const parent = parentOf(root, parts, path);
  const last = parts[parts.length - 1];
  return Array.isArray(parent) ? parent[Number(last)] : parent[last];
}

function writePointer(root: unknown, operation: JsonPatchOperation): void {
  const { op, path, value } = operation;
  const parts = pointer(path);
  const parent = parentOf(root, parts, path);
  const last = parts[parts.length - 1];
  if (op !== 'add' && readPointer(root, path) === undefined) {
    throw new RenderError(
      `kustomize build failed: ${op} operation does not apply: doc is missing key: ${path}: missing value`,
    );
  }
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last);
    if (op === 'add') parent.splice(index, 0, value);
    else if (op === 'remove') parent.splice(index, 1);
    else parent[index] = value;
  } else if (op === 'remove') {
    delete parent[last];
  } else {
    parent[last] = value;
  }
}

/** JSON patch (RFC 6902). */
export function jsonPatch(
  target: KubernetesObject,
  operations: JsonPatchOperation[],
): KubernetesObject {
  const result = structuredClone(target);
  for (const operation of operations) {
    const { op, path, from } = operation;
    if (op === 'test') {
      if (
        JSON.stringify(readPointer(result, path)) !==
        JSON.stringify(operation.value)
      ) {
        throw new RenderError(
          `kustomize build failed: testing value ${path} failed: test failed`,
        );
      }
    } else if ((op === 'move' || op === 'copy') && from !== undefined) {
      const value = structuredClone(readPointer(result, from));
      if (op === 'move') writePointer(result, { op: 'remove', path: from });
      writePointer(result, { op: 'add', path, value });
    } else if (['add', 'remove', 'replace'].includes(op)) {
      writePointer(result, operation);
    } else {
      throw new RenderError(
        `kustomize build failed: unexpected patch operation "${op}"`,
      );
    }
  }
  return result;
}

function matchesSelector(
  selector: string,
  labels: Record<string, string> = {},
): boolean {
  return selector.split(',').every(term => {
    const [, key, operator, value] =
      /^\s*!?([^=!\s]+)\s*(!=|==?)?\s*(.*?)\s*$/.exec(term) ?? [];
    if (!operator)
      return term.trim().startsWith('!') ? !(key in labels) : key in labels;
    return operator === '!=' ? labels[key] !== value : labels[key] === value;
  });
}

/** Whether an object is what a patch is for; names are anchored regular expressions. */
export function matchesTarget(
  object: KubernetesObject,
  target: PatchTarget,
): boolean {
  const [version, group = ''] = object.apiVersion.split('/').reverse();
  const fits = (pattern: string | undefined, value: string) =>
    pattern === undefined ||
    pattern === '' ||
    new RegExp(`^(?:${pattern})$`).test(value);
  return (
    fits(target.group, group) &&
    fits(target.version, version) &&
    fits(target.kind, object.kind) &&
    fits(target.name, object.metadata.name) &&
    fits(target.namespace, object.metadata.namespace ?? '') &&
    (!target.labelSelector ||
      matchesSelector(target.labelSelector, object.metadata.labels)) &&
    (!target.annotationSelector ||
      matchesSelector(target.annotationSelector, object.metadata.annotations))
  );
}
