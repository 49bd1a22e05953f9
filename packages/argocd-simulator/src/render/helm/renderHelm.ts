import { KubernetesObject, SourceSpec } from '../../ports';
import {
  isKubernetesObject,
  isRecord,
  parseManifests,
  parseYamlDocuments,
} from '../documents';
import { FileTree, filesBelow, readText } from '../files';
import { TemplateError, TemplateSet } from './execute';
import {
  collectValues,
  helmFailure,
  overlay,
  parseValues,
  Values,
} from './values';

interface Chart {
  name: string;
  directory: string;
  /** As templates see it: `Name`, `Version`, … */
  metadata: Record<string, unknown>;
  dependencies: Array<{ name: string; alias?: string; condition?: string }>;
  defaults: Values;
}

const API_VERSIONS = [
  'v1',
  'apps/v1',
  'batch/v1',
  'networking.k8s.io/v1',
  'autoscaling/v2',
  'policy/v1',
];

function loadChart(tree: FileTree, directory: string): Chart {
  const path = `${directory}${directory ? '/' : ''}Chart.yaml`;
  const text = readText(tree, path);
  if (text === undefined) throw helmFailure('Chart.yaml file is missing');
  const raw = parseValues(text, 'Chart.yaml');
  if (typeof raw.name !== 'string' || !raw.name)
    throw helmFailure('validation: chart.metadata.name is required');
  if (raw.version === undefined)
    throw helmFailure('validation: chart.metadata.version is required');
  const valuesPath = path.replace(/Chart\.yaml$/, 'values.yaml');
  const values = readText(tree, valuesPath);
  return {
    name: raw.name,
    directory,
    metadata: Object.fromEntries(
      Object.entries(raw).map(([key, value]) => [
        key[0].toUpperCase() + key.slice(1),
        value,
      ]),
    ),
    dependencies: Array.isArray(raw.dependencies) ? raw.dependencies : [],
    defaults: values === undefined ? {} : parseValues(values, 'values.yaml'),
  };
}

function enabled(condition: string | undefined, values: Values): boolean {
  const value = condition
    ?.split('.')
    .reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), values);
  return value !== false;
}

interface Rendering {
  tree: FileTree;
  release: Record<string, unknown>;
  set: TemplateSet;
  /** Files to execute, with what `.` is in each. */
  files: Array<{ name: string; dot: unknown }>;
  crds: KubernetesObject[];
}

function addChart(
  rendering: Rendering,
  chart: Chart,
  given: Values,
  prefix: string,
): void {
  const { tree, release, set, files, crds } = rendering;
  const values = overlay(chart.defaults, given);
  const base = chart.directory ? `${chart.directory}/` : '';
  const below = filesBelow(tree, chart.directory);
  const dot = {
    Values: values,
    Chart: chart.metadata,
    Release: release,
    Capabilities: {
      KubeVersion: {
        Version: 'v1.34.0',
        Major: '1',
        Minor: '34',
        GitVersion: 'v1.34.0',
      },
      APIVersions: { Has: (version: string) => API_VERSIONS.includes(version) },
    },
    Files: { Get: (path: string) => readText(tree, `${base}${path}`) ?? '' },
  };
  for (const path of below) {
    if (/^crds\/.*\.ya?ml$/.test(path))
      crds.push(...parseManifests(readText(tree, base + path)!, path));
    if (!/^templates\/.*\.(ya?ml|tpl|txt)$/.test(path)) continue;
    const name = `${prefix}${chart.name}/${path}`;
    set.add(name, readText(tree, base + path)!);
    if (/\.ya?ml$/.test(path) && !/(^|\/)_[^/]*$/.test(path)) {
      files.push({
        name,
        dot: {
          ...dot,
          Template: {
            Name: name,
            BasePath: `${prefix}${chart.name}/templates`,
          },
        },
      });
    }
  }
  for (const { name, alias, condition } of chart.dependencies) {
    if (!enabled(condition, values)) continue;
    const directory = `${base}charts/${name}`;
    if (!tree.has(`${directory}/Chart.yaml`)) {
      throw helmFailure(
        `An error occurred while checking for chart dependencies. You may need to run \`helm dependency build\` to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: ${name}`,
      );
    }
    const child = loadChart(tree, directory);
    const own = values[alias ?? name];
    const global = isRecord(values.global) ? { global: values.global } : {};
    const named = {
      ...child,
      metadata: { ...child.metadata, Name: alias ?? name },
    };
    addChart(
      rendering,
      named,
      { ...(isRecord(own) ? own : {}), ...global },
      `${prefix}${chart.name}/charts/`,
    );
  }
}

function parseRendered(name: string, text: string): KubernetesObject[] {
  let values: unknown[];
  try {
    values = parseYamlDocuments(text);
  } catch (error) {
    throw helmFailure(
      `YAML parse error on ${name}: error converting YAML to JSON: yaml: ${
        (error as Error).message
      }`,
    );
  }
  return values.map(value => {
    if (!isKubernetesObject(value)) {
      throw helmFailure(
        `unable to build kubernetes objects from ${name}: error validating data: [apiVersion not set, kind not set]`,
      );
    }
    return value;
  });
}

/** What `helm template --include-crds` makes of a chart in git. */
export function renderHelm(options: {
  tree: FileTree;
  directory: string;
  refs: ReadonlyMap<string, FileTree>;
  source: SourceSpec;
  releaseName: string;
  namespace: string;
}): KubernetesObject[] {
  const { tree, directory, refs, source, releaseName, namespace } = options;
  const chart = loadChart(tree, directory);
  const rendering: Rendering = {
    tree,
    release: {
      Name: releaseName,
      Namespace: namespace,
      Service: 'Helm',
      IsInstall: true,
      IsUpgrade: false,
      Revision: 1,
    },
    set: new TemplateSet(),
    files: [],
    crds: [],
  };
  try {
    addChart(
      rendering,
      chart,
      collectValues(source.helm, { tree, directory, refs }),
      '',
    );
    return [
      ...rendering.crds,
      ...rendering.files.flatMap(({ name, dot }) =>
        parseRendered(name, rendering.set.execute(name, dot)),
      ),
    ];
  } catch (error) {
    if (error instanceof TemplateError) throw helmFailure(error.message);
    throw error;
  }
}
