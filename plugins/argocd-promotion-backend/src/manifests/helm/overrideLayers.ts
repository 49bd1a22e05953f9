import { InputError } from '@backstage/errors';
import { ManifestSource } from '@fairway/backstage-plugin-argocd-promotion-node';
import { decodeText, encodeText } from '../bytes';
import { Insertable } from '../yaml/structure';
import { YamlChange, YamlPath } from '../yaml/YamlDocument';
import { YamlFile } from '../yaml/YamlFile';

/** Values that stand in the spec of the Application itself. */
export interface OverrideLayer {
  /** Name of the field, for people. */
  name: string;
  data: unknown;
  /** The changes of values, as changes of the source in the Application's manifest. */
  toSourceChanges(changes: readonly YamlChange[]): YamlChange[];
}

/** The overrides of a source, lowest first. As in Argo CD, `values` counts only where there is no `valuesObject`. */
export function overrideLayers({ helm }: ManifestSource): OverrideLayer[] {
  const layers: OverrideLayer[] = [];
  if (helm?.valuesObject && Object.keys(helm.valuesObject).length > 0) {
    layers.push({
      name: 'helm.valuesObject',
      data: helm.valuesObject,
      toSourceChanges: changes =>
        changes.map(change => ({
          ...change,
          path: ['helm', 'valuesObject', ...change.path],
        })),
    });
  } else if (helm?.values) {
    layers.push(valuesText(helm.values));
  }
  if (helm?.parameters && helm.parameters.length > 0)
    layers.push(parameterLayer(helm.parameters));
  return layers;
}

function valuesText(text: string): OverrideLayer {
  const file = YamlFile.of(encodeText(text), 'helm.values');
  return {
    name: 'helm.values',
    data: file.documents[0].data,
    toSourceChanges: changes => [
      {
        path: ['helm', 'values'],
        value: decodeText(file.edit(new Map([[0, changes]])), 'helm.values'),
      },
    ],
  };
}

function parameterLayer(
  parameters: Array<{ name: string; value?: string }>,
): OverrideLayer {
  const paths = parameters.map(({ name }) => parameterPath(name));
  const root = { data: undefined };
  parameters.forEach(({ value }, i) =>
    setIn(root, ['data', ...paths[i]], value ?? ''),
  );
  return {
    name: 'helm.parameters',
    data: root.data,
    toSourceChanges: changes => {
      let added = parameters.length;
      return changes.map(({ path, value }) => {
        const index = paths.findIndex(
          known => known.join('\n') === path.join('\n'),
        );
        if (index >= 0)
          return {
            path: ['helm', 'parameters', index, 'value'],
            value,
            after: ['name'],
          };
        const parameter: Insertable = { name: parameterName(path), value };
        return { path: ['helm', 'parameters', added++], value: parameter };
      });
    },
  };
}

/** `a.b\.c[0].d` as Helm's `--set` reads it. */
function parameterPath(name: string): YamlPath {
  return name.split(/(?<!\\)\./).flatMap(part => {
    const [, key, indexes] = /^(.*?)((?:\[\d+\])*)$/.exec(part) ?? ['', part];
    return [
      ...(key === '' ? [] : [key.replace(/\\(.)/g, '$1')]),
      ...[...(indexes ?? '').matchAll(/\d+/g)].map(Number),
    ];
  });
}

function parameterName(path: YamlPath): string {
  return path.reduce<string>((name, key) => {
    if (typeof key === 'number') return `${name}[${key}]`;
    const escaped = key.replace(/[.,[\]=]/g, '\\$&');
    return name === '' ? escaped : `${name}.${escaped}`;
  }, '');
}

function setIn(root: object, path: YamlPath, value: string): void {
  let target: object = root;
  path.slice(0, -1).forEach((key, i) => {
    if (key === '__proto__')
      throw new InputError('A Helm parameter can not be named __proto__');
    const next: unknown = Reflect.get(target, key);
    const created: object = typeof path[i + 1] === 'number' ? [] : {};
    const inner: object = next && typeof next === 'object' ? next : created;
    Reflect.set(target, key, inner);
    target = inner;
  });
  Reflect.set(target, path[path.length - 1], value);
}
