import { RenderError } from '../../ports';
import { isRecord, parseYamlDocuments } from '../documents';
import { FileTree, readText } from '../files';
import { KNOWN_FIELDS, Kustomization } from './types';

const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Ends rendering in the words of `kustomize build`. */
export function fail(message: string): never {
  throw new RenderError(
    `\`kustomize build\` failed exit status 1: Error: ${message}`,
  );
}

export function kustomizationFile(
  tree: FileTree,
  directory: string,
): string | undefined {
  const prefix = directory === '' ? '' : `${directory}/`;
  return FILE_NAMES.map(name => `${prefix}${name}`).find(path =>
    tree.has(path),
  );
}

/** Reads and checks the kustomization of a folder. */
export function load(tree: FileTree, directory: string): Kustomization {
  const file = kustomizationFile(tree, directory);
  if (!file) {
    return fail(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${directory}'`,
    );
  }
  let value: unknown;
  try {
    [value = {}] = parseYamlDocuments(readText(tree, file)!);
  } catch (error) {
    return fail(`invalid Kustomization: ${(error as Error).message}`);
  }
  if (!isRecord(value))
    return fail(`invalid Kustomization: ${file} is not a map`);
  const unknown = Object.keys(value).find(key => !KNOWN_FIELDS.has(key));
  if (unknown)
    return fail(`invalid Kustomization: json: unknown field "${unknown}"`);
  return value as Kustomization;
}
