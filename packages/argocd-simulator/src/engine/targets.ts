import {
  GitBackend,
  KubernetesObject,
  Renderer,
  RenderError,
  RevisionError,
} from '../ports';
import { prepareTargets } from './compare';
import {
  Application,
  ApplicationSpec,
  AppProject,
  isMultiSource,
  sourcesOf,
} from './types';

export interface Target {
  revisions: string[];
  sourceTypes: string[];
  objects: KubernetesObject[];
}

/** Why an Application can't be compared, in Argo CD's words. */
export class TargetError extends Error {
  constructor(readonly detail: string, readonly short: string) {
    super(detail);
  }
}

/** What git wants of an Application, at its tracked or at given revisions. */
export class Targets {
  private readonly cache = new Map<string, Target>();
  private readonly failed = new Set<string>();

  constructor(
    private readonly git: GitBackend,
    private readonly renderer: Renderer,
  ) {}

  async load(app: Application, revisions?: string[]): Promise<Target> {
    const sources = sourcesOf(app.spec);
    const resolved: string[] = [];
    for (const [index, source] of sources.entries()) {
      const wanted = revisions?.[index] || source.targetRevision || 'HEAD';
      try {
        resolved.push(await this.git.resolveRevision(source.repoURL, wanted));
      } catch (error) {
        throw this.failure(
          error,
          index,
          sources.length,
          `${source.repoURL}@${wanted}`,
        );
      }
    }
    const key = JSON.stringify([
      app.metadata.name,
      sources,
      app.spec.destination.namespace,
      resolved,
    ]);
    const cached = this.cache.get(key);
    if (cached) return cached;
    try {
      const rendered = await this.renderer.render({
        appName: app.metadata.name,
        namespace: app.spec.destination.namespace ?? '',
        sources,
        revisions: resolved,
      });
      const target: Target = {
        revisions: resolved,
        sourceTypes: sources.map((source, index) =>
          source.ref && !source.path ? '' : rendered.sourceTypes[index] ?? '',
        ),
        objects: prepareTargets(app.metadata.name, app.spec, rendered.objects),
      };
      if (this.cache.size > 500) this.cache.clear();
      this.cache.set(key, target);
      return target;
    } catch (error) {
      const source = error instanceof RenderError ? error.sourceIndex : 0;
      throw this.failure(error, source, sources.length, key);
    }
  }

  private failure(
    error: unknown,
    index: number,
    count: number,
    key: string,
  ): Error {
    if (!(error instanceof RenderError) && !(error instanceof RevisionError)) {
      return error instanceof Error ? error : new Error(String(error));
    }
    const again = error instanceof RenderError && this.failed.has(key);
    this.failed.add(key);
    return new TargetError(
      `Failed to load target state: failed to generate manifest for source ${
        index + 1
      } of ${count}: rpc error: code = Unknown desc = ${
        again ? 'Manifest generation error (cached): ' : ''
      }${error.message}`,
      error.message,
    );
  }
}

/** Glob as Argo CD's projects use it: `*` stands for anything. */
export function glob(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*');
  return new RegExp(`^${escaped}$`).test(text);
}

const SERVER = 'https://kubernetes.default.svc';

function allowed(patterns: string[], text: string): boolean {
  return (
    patterns.some(pattern => !pattern.startsWith('!') && glob(pattern, text)) &&
    !patterns.some(
      pattern => pattern.startsWith('!') && glob(pattern.slice(1), text),
    )
  );
}

/** Why a destination names no cluster. */
export function destinationError(spec: ApplicationSpec): string | undefined {
  const { name, server } = spec.destination;
  if (name && name !== 'in-cluster')
    return `there are no clusters with this name: ${name}`;
  if (server && server !== SERVER) return `cluster "${server}" not found`;
  if (!name && !server) return 'Destination server missing from app spec';
  return undefined;
}

/** What the project forbids in this spec. */
export function projectErrors(
  spec: ApplicationSpec,
  project: AppProject,
): string[] {
  const errors: string[] = [];
  for (const source of sourcesOf(spec)) {
    if (!allowed(project.spec.sourceRepos ?? [], source.repoURL)) {
      errors.push(
        `application repo ${source.repoURL} is not permitted in project '${spec.project}'`,
      );
    }
  }
  const namespace = spec.destination.namespace ?? '';
  const ok = (project.spec.destinations ?? []).some(
    destination =>
      (glob(destination.server ?? '*', spec.destination.server ?? SERVER) ||
        destination.name === 'in-cluster') &&
      allowed([destination.namespace ?? ''], namespace),
  );
  if (!ok) {
    errors.push(
      `application destination server '${
        spec.destination.server ?? SERVER
      }' and namespace '${namespace}' do not match any of the allowed destinations in project '${
        spec.project
      }'`,
    );
  }
  return errors;
}

/** Sync status' revision fields: one for a single source, a list for several. */
export function revisionFields(
  spec: ApplicationSpec,
  revisions: string[],
): { revision?: string; revisions?: string[] } {
  return isMultiSource(spec) ? { revisions } : { revision: revisions[0] ?? '' };
}

export function sourceFields(spec: ApplicationSpec) {
  return isMultiSource(spec)
    ? { source: { repoURL: '' }, sources: spec.sources }
    : { source: spec.source ?? { repoURL: '' } };
}
