import { parseAllDocuments } from 'yaml';
import { KubernetesObject, RenderError } from '../ports';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Every value of a YAML (or JSON) text, empty documents left out. Go's YAML library, which Kubernetes uses, takes
 * `yes`/`on` for strings when it decodes to JSON but honours merge keys: the core schema of YAML 1.2 with merging is nearest.
 */
export function parseYamlDocuments(text: string): unknown[] {
  const documents = parseAllDocuments(text, { merge: true });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap(document => {
    const [problem] = document.errors;
    if (problem) throw new Error(problem.message.split('\n')[0]);
    const value: unknown = document.toJS({ maxAliasCount: 10_000 });
    return value === null || value === undefined ? [] : [value];
  });
}

export function isKubernetesObject(value: unknown): value is KubernetesObject {
  return (
    isRecord(value) &&
    typeof value.kind === 'string' &&
    typeof value.apiVersion === 'string' &&
    isRecord(value.metadata) &&
    (typeof value.metadata.name === 'string' ||
      typeof value.metadata.generateName === 'string')
  );
}

/** The Kubernetes objects of a text; a `List` is opened. What is no object is an error that names the file. */
export function parseManifests(text: string, file: string): KubernetesObject[] {
  let values: unknown[];
  try {
    values = parseYamlDocuments(text);
  } catch (error) {
    throw new RenderError(
      `Failed to unmarshal "${file}": failed to unmarshal manifest: error converting YAML to JSON: yaml: ${
        (error as Error).message
      }`,
    );
  }
  return values.flatMap(value => {
    if (
      isRecord(value) &&
      value.kind === 'List' &&
      Array.isArray(value.items)
    ) {
      return value.items.filter(isKubernetesObject);
    }
    if (isKubernetesObject(value)) return [value];
    throw new RenderError(
      `Failed to unmarshal "${file}": Object 'Kind' is missing in '${JSON.stringify(
        value,
      ).slice(0, 200)}'`,
    );
  });
}

export { isRecord };
