import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import {
  Binding,
  Problem,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { PromotionPluginConfig } from '../config/types';
import {
  Inventory,
  InventoryApplication,
  inventoryKey,
} from '../inventory/Inventory';
import {
  environmentOf,
  environmentsOf,
  pipelineFromLabels,
  pipelineOf,
  rootNameOf,
} from './environments';
import { linksOf, withoutNamesakes } from './linking';
import * as problems from './problems';
import { chartsOf } from './charts';
import { releaseOf } from './release';
import { createSidecarRule } from './sidecars';
import {
  DeployedApplication,
  DeployedApplicationState,
  Deployment,
  DeploymentService,
  ResolvedPipeline,
} from './types';

/** Other entities, of other owners, whose right to the Application is no less than this binding. */
export type RivalClaims = (
  instance: string,
  application: InventoryApplication['application'],
  entity: Entity,
  binding: Binding,
) => string[];

/** Answers from the inventory alone. */
export class DefaultDeploymentService implements DeploymentService {
  readonly #inventory: Inventory;
  readonly #config: PromotionPluginConfig;
  readonly #rivals: RivalClaims;
  readonly #withoutSidecars: ReturnType<typeof createSidecarRule>;

  constructor(options: {
    inventory: Inventory;
    config: PromotionPluginConfig;
    rivalClaims?: RivalClaims;
  }) {
    this.#inventory = options.inventory;
    this.#config = options.config;
    this.#rivals = options.rivalClaims ?? (() => []);
    this.#withoutSidecars = createSidecarRule(options.config.sidecars ?? []);
  }

  resolve(entity: Entity): ResolvedPipeline {
    const entityRef = stringifyEntityRef(entity);
    const links = linksOf(entity, this.#config.binding);
    const bound: Array<DeployedApplication & { rivals: string[] }> = [];
    for (const { instance, application } of this.#inventory.applications(
      links.facets,
    )) {
      const binding = links.bind(instance, application);
      const known =
        binding && this.#inventory.get({ instance, ...application.metadata });
      if (!binding || !known) continue;
      const rivals = this.#rivals(instance, application, entity, binding);
      const weakened =
        rivals.length > 0 && binding.kind === 'proof'
          ? {
              kind: 'claim' as const,
              reason: binding.reason,
              remedy: 'Settle which entity the Application belongs to.',
            }
          : binding;
      bound.push({ ...this.#state(known), binding: weakened, rivals });
    }
    const { kept: found, ambiguous } = withoutNamesakes(bound, links);
    const configured = this.#config.pipelines.length > 0;
    const pipeline = configured
      ? pipelineOf(this.#config.pipelines, entity)
      : pipelineFromLabels(found.map(({ application }) => application));
    if (!pipeline) {
      const none = { name: 'none', environments: [] };
      return {
        entityRef,
        pipeline: none,
        deployments: [],
        problems: [problems.noPipeline(entityRef)],
        lookedFor: links.lookedFor,
      };
    }
    const homeless: string[] = [];
    const byEnvironment = new Map<
      string,
      Array<DeployedApplication & { rivals: string[] }>
    >();
    for (const deployed of found) {
      const { labels = {}, name } = deployed.application.metadata;
      const environment = configured
        ? environmentOf(pipeline, deployed.instance, deployed.application)?.name
        : labels.environment ?? labels.env;
      if (environment === undefined) homeless.push(name);
      else
        byEnvironment.set(environment, [
          ...(byEnvironment.get(environment) ?? []),
          deployed,
        ]);
    }
    const issues: Problem[] = links.errors.map(problems.badAnnotation);
    if (!configured) issues.push(problems.noEnvironmentsConfigured());
    if (homeless.length > 0) issues.push(problems.noEnvironment(homeless));
    if (ambiguous.length > 0)
      issues.push(problems.applicationAmbiguous(ambiguous));
    for (const { instance, application } of configured ? found : []) {
      const [chosen, ...others] = environmentsOf(
        pipeline,
        instance,
        application,
      );
      if (others.length > 0)
        issues.push(
          problems.environmentAmbiguous(
            application.metadata.name,
            chosen,
            others,
          ),
        );
    }
    const deployments = pipeline.environments.map((environment): Deployment => {
      const applications = byEnvironment.get(environment.name) ?? [];
      for (const deployed of applications) {
        const { name } = deployed.application.metadata;
        if (deployed.rivals.length > 0)
          issues.push(
            problems.claimConflict(name, deployed.rivals, environment.name),
          );
        else if (deployed.binding.kind === 'claim')
          issues.push(problems.claimOnly(deployed, environment.name));
        for (const { repository, pods } of deployed.images)
          if (pods?.unverified)
            issues.push(
              problems.digestUnverified(
                name,
                repository,
                pods.unverified,
                environment.name,
              ),
            );
      }
      const result = releaseOf(
        applications.map(({ application, images }) => ({
          name: application.metadata.name,
          images,
          charts: chartsOf(application),
        })),
      );
      return {
        entityRef,
        environment,
        applications: applications.map(
          ({ rivals: _, ...deployed }) => deployed,
        ),
        ...('release' in result
          ? { release: result.release }
          : { releaseUnknownReason: result.reason }),
      };
    });
    const instances = this.#inventory.instances();
    if (instances.length === 0) issues.push(problems.noInstances());
    // An Instance that holds nothing of this entity, and is fine otherwise, is nobody's business here; an unread one may.
    const involved = new Set(found.map(({ instance }) => instance));
    const wanted = namedInstances(entity);
    for (const name of wanted) {
      if (!instances.some(instance => instance.name === name)) {
        issues.push(
          problems.unknownInstance(
            name,
            instances.map(instance => instance.name),
          ),
        );
      }
    }
    issues.push(
      ...problems.instanceProblems(
        instances.filter(
          ({ name, loaded, seesNothing, project }) =>
            (wanted.length === 0 || wanted.includes(name)) &&
            (involved.has(name) ||
              !loaded ||
              ((seesNothing || project !== undefined) && found.length === 0)),
        ),
      ),
    );
    if (found.length === 0 && instances.length > 0)
      issues.push(problems.noApplicationFound(links.lookedFor));
    // Where claims count for nothing, nobody looked for what they name.
    else if (
      this.#config.binding.trustAnnotations !== 'none' &&
      instances.every(({ loaded }) => loaded)
    ) {
      const there = new Set(
        found.map(({ application }) => application.metadata.name),
      );
      const missing = links.names.filter(name => !there.has(name));
      if (missing.length > 0)
        issues.push(problems.applicationNotFound(missing));
    }
    return {
      entityRef,
      pipeline,
      deployments,
      problems: issues,
      lookedFor: links.lookedFor,
    };
  }

  onApplicationsChanged(listener: (keys: string[]) => void): () => void {
    return this.#inventory.onChange(listener);
  }

  getApplication(key: {
    instance: string;
    namespace: string;
    name: string;
  }): DeployedApplicationState | undefined {
    const known = this.#inventory.get(key);
    return known && this.#state(known);
  }

  #state(known: InventoryApplication): DeployedApplicationState {
    const { instance, application, images, rollouts } = known;
    const { staleSince, staleReason } = known;
    const parent = this.#parentOf(known);
    return {
      instance,
      application,
      images: this.#withoutSidecars(images),
      ...(rollouts ? { rollouts } : {}),
      ...(parent ? { parent } : {}),
      ...(staleSince ? { staleSince } : {}),
      ...(staleReason ? { staleReason } : {}),
    };
  }

  #parentOf({
    instance,
    application,
  }: InventoryApplication): DeployedApplicationState['parent'] {
    const root = rootNameOf(application);
    if (!root) return undefined;
    // Applications outside Argo CD's own namespace are tracked as `namespace_name`.
    const [namespace, name] = root.includes('_')
      ? root.split('_')
      : [application.metadata.namespace, root];
    const key = { instance, namespace, name };
    return this.#inventory.has(key) &&
      inventoryKey(key) !== inventoryKey({ instance, ...application.metadata })
      ? key
      : undefined;
  }
}

function namedInstances(entity: Entity): string[] {
  return (entity.metadata.annotations?.['argocd/instance-name'] ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
}
