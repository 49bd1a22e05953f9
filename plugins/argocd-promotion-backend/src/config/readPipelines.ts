import { Config } from '@backstage/config';
import {
  DEFAULT_NAMESPACE,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import { EnvironmentConfig, EnvironmentMatch, PipelineConfig } from './types';
import { readAutomation } from './readAutomation';
import { readPullRequest } from './readPullRequest';

const MATCH_KEYS = [
  'instance',
  'project',
  'namespace',
  'cluster',
  'path',
  'root',
] as const;

/** Pipelines as configured; none at all means that promotion is off and lanes come from labels. */
export function readPipelines(config: Config): PipelineConfig[] {
  const several = config.getOptionalConfigArray('argocdPromotion.pipelines');
  const single = config.getOptionalConfigArray('argocdPromotion.environments');
  if (several && single) {
    throw new InputError(
      'argocdPromotion has environments and pipelines: put the environments into a pipeline named default',
    );
  }
  if (single) {
    return single.length === 0
      ? []
      : [
          {
            name: 'default',
            environments: readEnvironments(
              single,
              'argocdPromotion.environments',
            ),
          },
        ];
  }
  const names = new Set<string>();
  return (several ?? []).map((entry, i) => {
    const key = `argocdPromotion.pipelines[${i}]`;
    const name = entry.getOptionalString('name');
    if (!name) throw new InputError(`${key}.name is missing`);
    if (names.has(name))
      throw new InputError(`${key}.name: two pipelines are named '${name}'`);
    names.add(name);
    const entities =
      entry.getOptional<Record<string, string | string[]>>('entities');
    return {
      name,
      ...(entities ? { entities } : {}),
      environments: readEnvironments(
        entry.getOptionalConfigArray('environments') ?? [],
        `${key}.environments`,
      ),
    };
  });
}

function readEnvironments(entries: Config[], key: string): EnvironmentConfig[] {
  if (entries.length === 0)
    throw new InputError(`${key} is empty: a pipeline needs an environment`);
  const environments = entries.map((entry, i) =>
    readEnvironment(entry, `${key}[${i}]`),
  );
  const byName = new Map<string, EnvironmentConfig>();
  environments.forEach((environment, i) => {
    if (byName.has(environment.name))
      throw new InputError(
        `${key}[${i}].name: two environments are named '${environment.name}'`,
      );
    byName.set(environment.name, environment);
  });
  environments.forEach((environment, i) => {
    for (const upstream of environment.promotesFrom) {
      if (!byName.has(upstream)) {
        throw new InputError(
          `${key}[${i}].promotesFrom names '${upstream}', which is no environment; known: ${[
            ...byName.keys(),
          ].join(', ')}`,
        );
      }
    }
  });
  const cycle = findCycle(byName);
  if (cycle)
    throw new InputError(
      `${key}: promotesFrom goes in a circle: ${cycle.join(' → ')}`,
    );
  return environments;
}

/** A circle of `promotesFrom`, as the names along it, or undefined. */
export function findCycle(
  environments: ReadonlyMap<string, { promotesFrom: string[] }>,
): string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, trail: string[]): string[] | undefined => {
    if (trail.includes(name))
      return [...trail.slice(trail.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const next of environments.get(name)?.promotesFrom ?? []) {
      const cycle = visit(next, [...trail, name]);
      if (cycle) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of environments.keys()) {
    const cycle = visit(name, []);
    if (cycle) return cycle;
  }
  return undefined;
}

function readEnvironment(entry: Config, key: string): EnvironmentConfig {
  const name = entry.getOptionalString('name');
  if (!name) throw new InputError(`${key}.name is missing`);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
    throw new InputError(
      `${key}.name '${name}' may hold letters, digits, dots, dashes and underscores only`,
    );
  }
  const approvals = entry.getOptionalConfig('approvals');
  const pullRequest = readPullRequest(
    entry.getOptionalConfig('pullRequest'),
    `${key}.pullRequest`,
  );
  const required =
    approvals?.getOptionalNumber('required') ?? (approvals ? 1 : 0);
  if (!Number.isInteger(required) || required < 0)
    throw new InputError(
      `${key}.approvals.required must be a whole number from 0`,
    );
  return {
    name,
    ...readUpstreams(entry, key),
    match: readMatch(entry.getOptionalConfig('match'), `${key}.match`),
    delivery: oneOf(
      entry.getOptionalString('delivery') ?? 'pull-request',
      ['commit', 'pull-request'],
      `${key}.delivery`,
    ),
    gates: readGates(entry, key),
    approvals: {
      required,
      groups: approvals
        ? readPeople(approvals, 'groups', `${key}.approvals`)
        : [],
    },
    promoters: readPeople(entry, 'promoters', key),
    onFailure: oneOf(
      entry.getOptionalString('onFailure') ?? 'hold',
      ['hold', 'rollback'],
      `${key}.onFailure`,
    ),
    ...readAutomation(entry, key),
    ...(pullRequest ? { pullRequest } : {}),
  };
}

/** A list means all of them, `{ any: […] }` one of them. */
function readUpstreams(
  entry: Config,
  key: string,
): Pick<EnvironmentConfig, 'promotesFrom' | 'anyUpstream'> {
  const value = entry.getOptional<unknown>('promotesFrom');
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return { promotesFrom: readList(entry, 'promotesFrom', key) };
  const mode = Object.keys(value);
  if (mode.length !== 1 || !['any', 'all'].includes(mode[0])) {
    throw new InputError(
      `${key}.promotesFrom must be a list, { any: [...] } or { all: [...] }`,
    );
  }
  return {
    promotesFrom: readList(
      entry.getConfig('promotesFrom'),
      mode[0],
      `${key}.promotesFrom`,
    ),
    ...(mode[0] === 'any' ? { anyUpstream: true } : {}),
  };
}

function readGates(entry: Config, key: string): EnvironmentConfig['gates'] {
  return readGateList(
    entry.getOptional<unknown>('gates') ?? [],
    `${key}.gates`,
  );
}

function readGateList(gates: unknown, key: string): EnvironmentConfig['gates'] {
  if (!Array.isArray(gates)) throw new InputError(`${key} must be a list`);
  return gates.map((gate, i) => readGate(gate, `${key}[${i}]`));
}

/** `{ kind: soak, … }`, or `{ any: [ … ] }` and `{ all: [ … ] }` of several. */
function readGate(
  gate: unknown,
  key: string,
): EnvironmentConfig['gates'][number] {
  const entry =
    gate !== null && typeof gate === 'object'
      ? (gate as Record<string, unknown>)
      : {};
  const combination = (['any', 'all'] as const).find(name => name in entry);
  if (combination) {
    const { [combination]: parts, ...rest } = entry;
    const gates = readGateList(parts, `${key}.${combination}`);
    if (gates.length === 0)
      throw new InputError(`${key}.${combination} is empty: name its gates`);
    return { ...rest, kind: combination, gates };
  }
  const { kind } = entry;
  if (typeof kind !== 'string' || kind === '')
    throw new InputError(
      `${key}.kind is missing, such as health or soak; or combine gates by any or all`,
    );
  return { ...entry, kind };
}

function readMatch(entry: Config | undefined, key: string): EnvironmentMatch {
  if (!entry || entry.keys().length === 0) {
    throw new InputError(
      `${key} is missing: say which Applications are of this environment, for example match: { labels: { environment: dev } }`,
    );
  }
  const unknown = entry
    .keys()
    .filter(
      name =>
        name !== 'labels' && !(MATCH_KEYS as readonly string[]).includes(name),
    );
  if (unknown.length > 0) {
    throw new InputError(
      `${key}.${unknown[0]} is not known; use ${['labels', ...MATCH_KEYS].join(
        ', ',
      )}`,
    );
  }
  const match: EnvironmentMatch = {};
  for (const name of MATCH_KEYS)
    if (entry.has(name)) match[name] = readList(entry, name, key);
  const labels = entry.getOptionalConfig('labels');
  if (labels) {
    const data = labels.get<Record<string, unknown>>();
    match.labels = Object.fromEntries(
      Object.entries(data).map(([label, value]) => [
        label,
        (Array.isArray(value) ? value : [value]).map(String),
      ]),
    );
  }
  return match;
}

function readList(entry: Config, name: string, key: string): string[] {
  const value = entry.getOptional<unknown>(name);
  if (value === undefined) return [];
  const list = Array.isArray(value) ? value : [value];
  return list.map(item => {
    if (typeof item !== 'string' || item === '')
      throw new InputError(`${key}.${name} must be a name or a list of names`);
    return item;
  });
}

/** Groups and users as full refs; `release-managers` alone is a group. */
function readPeople(entry: Config, name: string, key: string): string[] {
  return readList(entry, name, key).map(ref => {
    try {
      return stringifyEntityRef(
        parseEntityRef(ref, {
          defaultKind: 'group',
          defaultNamespace: DEFAULT_NAMESPACE,
        }),
      );
    } catch {
      throw new InputError(
        `${key}.${name}: '${ref}' is no group or user, such as group:default/release-managers`,
      );
    }
  });
}

function oneOf<T extends string>(
  value: string,
  allowed: readonly T[],
  key: string,
): T {
  const found = allowed.find(candidate => candidate === value);
  if (!found)
    throw new InputError(`${key} is '${value}'; use ${allowed.join(' or ')}`);
  return found;
}
