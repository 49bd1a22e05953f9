import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { Application } from '../argocd/types';
import { PromotionPluginConfig } from '../config/types';
import { Inventory } from '../inventory/Inventory';
import { environmentOf, pipelineFromLabels, pipelineOf } from './environments';
import { linksOf, withoutNamesakes } from './linking';

/** An entity's Applications by environment: as much of a pipeline as decides who may see what. */
export interface PlacedApplications {
  entityRef: string;
  deployments: Array<{
    environment: { name: string };
    applications: Array<{ instance: string; application: Application }>;
  }>;
}

/** The same Applications in the same environments as the pipeline of the entity has, without a wish to know more of them. */
export function placedApplications(
  entity: Entity,
  options: {
    inventory: Pick<Inventory, 'applications'>;
    config: Pick<PromotionPluginConfig, 'binding' | 'pipelines'>;
  },
): PlacedApplications {
  const { binding, pipelines } = options.config;
  const links = linksOf(entity, binding);
  const bound = [...options.inventory.applications(links.facets)].filter(
    ({ instance, application }) => links.bind(instance, application),
  );
  const { kept } = withoutNamesakes(bound, links);
  const configured = pipelines.length > 0;
  const pipeline = configured
    ? pipelineOf(pipelines, entity)
    : pipelineFromLabels(kept.map(({ application }) => application));
  const nameOf = ({ instance, application }: (typeof kept)[number]) => {
    const { labels = {} } = application.metadata;
    return configured
      ? pipeline && environmentOf(pipeline, instance, application)?.name
      : labels.environment ?? labels.env;
  };
  return {
    entityRef: stringifyEntityRef(entity),
    deployments: (pipeline?.environments ?? []).map(environment => ({
      environment,
      applications: kept.filter(each => nameOf(each) === environment.name),
    })),
  };
}
