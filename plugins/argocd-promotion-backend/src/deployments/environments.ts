import picomatch from 'picomatch';
import { Entity } from '@backstage/catalog-model';
import { Application, ApplicationSource } from '../argocd/types';
import {
  EnvironmentConfig,
  EnvironmentMatch,
  PipelineConfig,
} from '../config/types';

const anyGlob = (patterns: string[], values: Array<string | undefined>) => {
  const fits = picomatch(patterns, { dot: true });
  return values.some(
    value =>
      value !== undefined &&
      value !== '' &&
      (patterns.includes(value) || fits(value)),
  );
};

/** Sources, whichever of the two fields the Application uses. */
export function sourcesOf(application: Application): ApplicationSource[] {
  const { source, sources } = application.spec;
  if (sources && sources.length > 0) return sources;
  return source?.repoURL ? [source] : [];
}

/**
 * Name of the Application that manages this one (App of Apps), by Argo CD's tracking annotation or label; with its
 * namespace before it (`namespace_name`) when that is not Argo CD's own.
 */
export function rootNameOf(application: Application): string | undefined {
  const tracking =
    application.metadata.annotations?.['argocd.argoproj.io/tracking-id'];
  if (tracking) {
    const [name, what, where] = tracking.split(':');
    // One that names something else was copied from there, and Argo CD does not heed it either.
    return what === 'argoproj.io/Application' &&
      where?.split('/').at(-1) === application.metadata.name
      ? name
      : undefined;
  }
  const label = application.metadata.labels?.['app.kubernetes.io/instance'];
  return label && label !== application.metadata.name ? label : undefined;
}

export function matches(
  match: EnvironmentMatch,
  instance: string,
  application: Application,
): boolean {
  const { labels = {} } = application.metadata;
  const { destination } = application.spec;
  const root = rootNameOf(application);
  return (
    Object.entries(match.labels ?? {}).every(
      ([label, values]) =>
        labels[label] !== undefined && values.includes(labels[label]),
    ) &&
    (!match.instance || match.instance.includes(instance)) &&
    (!match.project || anyGlob(match.project, [application.spec.project])) &&
    (!match.namespace || anyGlob(match.namespace, [destination?.namespace])) &&
    (!match.cluster ||
      anyGlob(match.cluster, [destination?.name, destination?.server])) &&
    (!match.path ||
      anyGlob(
        match.path,
        sourcesOf(application).map(({ path }) => path),
      )) &&
    (!match.root ||
      (root !== undefined &&
        // A plain name is a root in Argo CD's own namespace: nobody else's becomes it by its name.
        match.root.some(wanted => wanted.replace('/', '_') === root)))
  );
}

/** The first environment of the pipeline that fits the Application. */
export function environmentOf(
  pipeline: PipelineConfig,
  instance: string,
  application: Application,
): EnvironmentConfig | undefined {
  return pipeline.environments.find(({ match }) =>
    matches(match, instance, application),
  );
}

/**
 * Names of the environment of the Application and of those further down the list that it fits too. One that the first
 * narrows (all its keys, and no other values) is a fallback on purpose and not told.
 */
export function environmentsOf(
  pipeline: PipelineConfig,
  instance: string,
  application: Application,
): string[] {
  const [first, ...others] = pipeline.environments.filter(({ match }) =>
    matches(match, instance, application),
  );
  if (!first) return [];
  return [
    first.name,
    ...others
      .filter(({ match }) => !narrows(first.match, match))
      .map(({ name }) => name),
  ];
}

function narrows(special: EnvironmentMatch, general: EnvironmentMatch) {
  const within = (mine: string[] | undefined, theirs: string[] | undefined) =>
    theirs === undefined ||
    (mine?.every(value => theirs.includes(value)) ?? false);
  const { labels: ownLabels = {}, ...own } = special;
  const { labels = {}, ...rest } = general;
  return (
    Object.entries(labels).every(([label, values]) =>
      within(ownLabels[label], values),
    ) &&
    (Object.keys(rest) as Array<keyof typeof rest>).every(key =>
      within(own[key], rest[key]),
    )
  );
}

/** The first pipeline whose filter fits the entity. */
export function pipelineOf(
  pipelines: PipelineConfig[],
  entity: Entity,
): PipelineConfig | undefined {
  return pipelines.find(({ entities }) =>
    Object.entries(entities ?? {}).every(([path, wanted]) => {
      const value = valueAt(entity, path);
      const values = (Array.isArray(wanted) ? wanted : [wanted]).map(item =>
        item.toLocaleLowerCase('en-US'),
      );
      const found = Array.isArray(value) ? value : [value];
      return found.some(
        item =>
          item !== undefined &&
          values.includes(String(item).toLocaleLowerCase('en-US')),
      );
    }),
  );
}

/** The catalog's keys have dots within (`metadata.annotations.a.b/c`): the longest remainder that is a key wins. */
function valueAt(from: unknown, path: string): unknown {
  if (from === null || typeof from !== 'object') return undefined;
  const object = from as Record<string, unknown>;
  if (path in object) return object[path];
  for (
    let dot = path.indexOf('.');
    dot >= 0;
    dot = path.indexOf('.', dot + 1)
  ) {
    const head = path.slice(0, dot);
    if (head in object) {
      const value = valueAt(object[head], path.slice(dot + 1));
      if (value !== undefined) return value;
    }
  }
  return undefined;
}

/** Lanes when nothing is configured: by the label `environment` or `env`, in order of the alphabet, promotion off. */
export function pipelineFromLabels(
  applications: Application[],
): PipelineConfig {
  const names = new Set(
    applications.flatMap(({ metadata: { labels = {} } }) => {
      const name = labels.environment ?? labels.env;
      return name ? [name] : [];
    }),
  );
  const rank = (name: string) => {
    const order = ['dev', 'test', 'qa', 'stag', 'pre', 'prod'].findIndex(
      start => name.toLowerCase().startsWith(start),
    );
    return order < 0 ? 2.5 : order;
  };
  return {
    name: 'default',
    environments: [...names]
      .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
      .map(name => ({
        name,
        promotesFrom: [],
        match: {},
        delivery: 'pull-request',
        gates: [],
        approvals: { required: 0, groups: [] },
        promoters: [],
        onFailure: 'hold',
      })),
  };
}
