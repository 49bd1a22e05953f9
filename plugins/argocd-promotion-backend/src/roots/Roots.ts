import {
  ApplicationView,
  ManagerKey,
  Problem,
  RootsView,
  RootView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application } from '../argocd/types';
import { PipelineConfig } from '../config/types';
import { environmentOf } from '../deployments/environments';
import { instanceProblems, noInstances } from '../deployments/problems';
import { Inventory } from '../inventory/Inventory';
import { buildForest } from './forest';
import { managedBy } from './listings';
import { Seen, Sight } from './sight';
import { Forest, ForestNode, keyOf, KnownApplication, nodeId } from './types';
import { rootsView, rootView, RootsContext } from './views';
import { above } from './walk';

const PLACE_MAX_AGE_MS = 10_000;

/** App of Apps as the inventory tells it. Built anew when somebody asks after something changed, and once for all who ask. */
export class Roots {
  readonly #inventory: Inventory;
  readonly #pipelines: PipelineConfig[];
  readonly #unlisten: () => void;
  #forest?: Forest;
  /** Something changed since the forest was built. */
  #changed = false;
  #builtAt = 0;

  readonly #now: () => number;

  constructor(options: {
    inventory: Inventory;
    pipelines: PipelineConfig[];
    now?: () => number;
  }) {
    this.#now = options.now ?? Date.now;
    this.#inventory = options.inventory;
    this.#pipelines = options.pipelines;
    this.#unlisten = options.inventory.onChange(() => {
      this.#changed = true;
    });
  }

  stop(): void {
    this.#unlisten();
  }

  /** Every Application and ApplicationSet that manages or is managed. */
  forest(): Forest {
    if (!this.#forest || this.#changed) {
      this.#changed = false;
      this.#builtAt = this.#now();
      this.#forest = buildForest(
        this.#applications(),
        (instance, application) => this.#environmentOf(instance, application),
      );
    }
    return this.#forest;
  }

  list(sight: Sight): Omit<RootsView, 'asOf'> {
    const forest = this.forest();
    const context = this.#context(sight);
    return { ...rootsView(forest, context), problems: this.#problems(context) };
  }

  get(key: ManagerKey, sight: Sight): Omit<RootView, 'asOf'> | undefined {
    const node = this.forest().get(nodeId(key));
    return node && rootView(node, this.#context(sight));
  }

  /** Where an Application hangs, and whether others hang under it. */
  placeOf(
    key: Omit<ManagerKey, 'kind'>,
  ): Pick<ApplicationView, 'managedBy' | 'manages'> {
    const id = nodeId({ kind: 'Application', ...key });
    // Of all that changes in a large Argo CD hardly anything changes this: pages of services do not wait for it.
    const recent = this.#now() - this.#builtAt < PLACE_MAX_AGE_MS;
    const node =
      (recent ? this.#forest?.get(id) : undefined) ?? this.forest().get(id);
    if (!node) return {};
    const path = above(node).map(keyOf);
    return {
      ...(path.length > 0 ? { managedBy: path } : {}),
      ...(node.children.length > 0 ? { manages: true } : {}),
    };
  }

  *#applications(): Generator<KnownApplication> {
    for (const { instance, application } of this.#inventory.applications()) {
      // The tree tells what lists leave out; it is asked for only where something is managed.
      const known =
        managedBy(application).length > 0
          ? this.#inventory.peek({ instance, ...application.metadata })
          : undefined;
      yield {
        instance,
        application: known?.application ?? application,
        ...(known?.treeRead ? { treeRead: true } : {}),
      };
    }
  }

  #environmentOf(
    instance: string,
    application: Application,
  ): string | undefined {
    for (const pipeline of this.#pipelines) {
      const environment = environmentOf(pipeline, instance, application);
      if (environment) return environment.name;
    }
    const { labels = {} } = application.metadata;
    return this.#pipelines.length === 0
      ? labels.environment ?? labels.env
      : undefined;
  }

  #context(sight: Sight): RootsContext {
    const stale = new Map(
      this.#inventory
        .instances()
        .map(({ name, staleSince }) => [name, staleSince]),
    );
    return {
      seen: new Seen(sight),
      environments: [
        ...new Set(
          this.#pipelines.flatMap(({ environments }) =>
            environments.map(({ name }) => name),
          ),
        ),
      ],
      frontendUrl: instance => this.#inventory.frontendUrl(instance),
      staleSince: instance => stale.get(instance),
    };
  }

  #problems({ seen }: RootsContext): Problem[] {
    const instances = this.#inventory.instances();
    if (instances.length === 0) return [noInstances()];
    return instanceProblems(
      instances.filter(
        ({ staleSince, loaded, seesNothing, project }) =>
          staleSince !== undefined ||
          !loaded ||
          (!seen.partial && (seesNothing || project !== undefined)),
      ),
    );
  }
}

/** The nodes that stand for these Applications. */
export function nodesOf(
  forest: Forest,
  applications: Iterable<{ instance: string; application: Application }>,
): Set<ForestNode> {
  const nodes = new Set<ForestNode>();
  for (const { instance, application } of applications) {
    const { namespace, name } = application.metadata;
    const node = forest.get(
      nodeId({ kind: 'Application', instance, namespace, name }),
    );
    if (node) nodes.add(node);
  }
  return nodes;
}
