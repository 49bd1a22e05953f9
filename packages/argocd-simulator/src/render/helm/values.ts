import { RenderError, SourceSpec } from '../../ports';
import { isRecord, parseYamlDocuments } from '../documents';
import { FileTree, normalizePath, readText } from '../files';

export type Values = Record<string, unknown>;

export function helmFailure(message: string): RenderError {
  return new RenderError(
    `\`helm template .\` failed exit status 1: Error: ${message}`,
  );
}

/**
 * Lays values over others: maps are merged, all else is replaced. Over a chart's defaults null takes a key away; until
 * then, between the layers of an Application's own values, it is kept.
 */
export function overlay(
  base: Values,
  over: Values,
  nulls: 'keep' | 'delete' = 'delete',
): Values {
  const result = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === null && nulls === 'delete') delete result[key];
    else if (isRecord(value) && isRecord(result[key]))
      result[key] = overlay(result[key] as Values, value, nulls);
    else result[key] = structuredClone(value);
  }
  return result;
}

export function parseValues(text: string, file: string): Values {
  let value: unknown;
  try {
    [value = {}] = parseYamlDocuments(text);
  } catch (error) {
    throw helmFailure(
      `failed to parse ${file}: error converting YAML to JSON: yaml: ${
        (error as Error).message
      }`,
    );
  }
  if (!isRecord(value))
    throw helmFailure(
      `failed to parse ${file}: cannot unmarshal into a map of values`,
    );
  return value;
}

function typed(value: string): unknown {
  if (value === 'true' || value === 'false') return value === 'true';
  if (value === 'null') return null;
  return /^(0|-?[1-9]\d*)$/.test(value) && Number.isSafeInteger(Number(value))
    ? Number(value)
    : value;
}

/** `a.b[0].c`, where `\.` is a dot of a key. */
function setParameter(values: Values, name: string, value: unknown): void {
  const steps: Array<string | number> = [];
  for (const part of name.match(/(?:\\.|[^.\\])+/g) ?? []) {
    const [, key, indexes] =
      /^((?:\\.|[^[\\])*)((?:\[\d+\])*)$/.exec(part) ?? [];
    if (key === undefined)
      throw helmFailure(
        `failed parsing --set data: key "${part}" has no value`,
      );
    steps.push(
      key.replace(/\\(.)/g, '$1'),
      ...(indexes.match(/\d+/g) ?? []).map(Number),
    );
  }
  let at: Values | unknown[] = values;
  steps.forEach((step, index) => {
    const holder = at as Record<string | number, unknown>;
    if (index === steps.length - 1) {
      holder[step] = value;
      return;
    }
    const next: unknown = holder[step];
    const wantsList = typeof steps[index + 1] === 'number';
    if (wantsList ? !Array.isArray(next) : !isRecord(next))
      holder[step] = wantsList ? [] : {};
    at = holder[step] as Values | unknown[];
  });
}

function readValueFile(
  spec: string,
  context: {
    tree: FileTree;
    directory: string;
    refs: ReadonlyMap<string, FileTree>;
  },
): string | undefined {
  const ref = /^\$([^/]+)\/(.+)$/.exec(spec);
  if (ref) {
    const tree = context.refs.get(ref[1]);
    if (!tree)
      throw new RenderError(
        `source referenced "$${ref[1]}", but no source has a 'ref' field set to "${ref[1]}"`,
      );
    const path = normalizePath(ref[2]);
    return path === undefined ? undefined : readText(tree, path);
  }
  if (/^https?:/.test(spec))
    throw helmFailure(`values file ${spec} can't be fetched`);
  const path = spec.startsWith('/')
    ? normalizePath(spec.slice(1))
    : normalizePath(context.directory, spec);
  if (path === undefined)
    throw new RenderError(
      `error resolving value file path: value file '${spec}' resolved to outside repository root`,
    );
  return readText(context.tree, path);
}

/** An Application's values in the order in which Argo CD gives them to Helm: files, inline values, parameters. */
export function collectValues(
  helm: SourceSpec['helm'] = {},
  context: {
    tree: FileTree;
    directory: string;
    refs: ReadonlyMap<string, FileTree>;
  },
): Values {
  let values: Values = {};
  for (const spec of helm.valueFiles ?? []) {
    const text = readValueFile(spec, context);
    if (text !== undefined)
      values = overlay(values, parseValues(text, spec), 'keep');
    else if (!helm.ignoreMissingValueFiles)
      throw helmFailure(`open ${spec}: no such file or directory`);
  }
  if (helm.valuesObject) values = overlay(values, helm.valuesObject, 'keep');
  else if (helm.values)
    values = overlay(values, parseValues(helm.values, 'values'), 'keep');
  values = structuredClone(values);
  for (const { name, value = '', forceString } of helm.parameters ?? []) {
    setParameter(values, name, forceString ? value : typed(value));
  }
  return values;
}
