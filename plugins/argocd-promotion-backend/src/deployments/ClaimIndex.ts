import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { stringifyError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  ANNOTATION_APP_NAME,
  ANNOTATION_APP_SELECTOR,
  ANNOTATION_PROJECT_NAME,
  KUBERNETES_ID,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application } from '../argocd/types';
import { BindingConfig } from '../config/types';
import { facetsOf } from '../inventory/facets';
import { pause } from '../inventory/waiting';
import { ownersOf } from '../permissions/ownersOf';
import { RivalClaims } from './DefaultDeploymentService';
import { EntityLinks, linksOf } from './linking';

const REFRESH_MS = 5 * 60_000;
const RETRY_MS = 30_000;

/** Annotations by which an entity says that Applications are its own. */
export const CLAIMS = [
  ANNOTATION_APP_NAME,
  ANNOTATION_APP_SELECTOR,
  ANNOTATION_PROJECT_NAME,
  KUBERNETES_ID,
];

interface Claimant {
  entityRef: string;
  owners: string[];
  links: EntityLinks;
}

/**
 * The entities whose annotations claim Applications, read from the catalog in the background: so that a page tells of a
 * second claimant without asking the catalog for all of them.
 */
export class ClaimIndex {
  /** By a facet that an Application must have for the claim to fit it. */
  #byFacet = new Map<string, Claimant[]>();
  /** Claims by a selector that may fit any Application. */
  #wide: Claimant[] = [];
  #namespaces: ReadonlySet<string> = new Set();
  readonly #options: {
    catalog: Pick<CatalogService, 'streamEntities'>;
    auth: AuthService;
    logger: LoggerService;
    binding: BindingConfig;
  };
  readonly #stop = new AbortController();
  #running?: Promise<void>;

  constructor(options: {
    catalog: Pick<CatalogService, 'streamEntities'>;
    auth: AuthService;
    logger: LoggerService;
    binding: BindingConfig;
  }) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Reads all claims anew; the old ones hold until that has succeeded. */
  async refresh(): Promise<void> {
    const { catalog, auth, binding } = this.#options;
    const byFacet = new Map<string, Claimant[]>();
    const wide: Claimant[] = [];
    const namespaces = new Set<string>();
    const pages = catalog.streamEntities(
      {
        filter: CLAIMS.map(annotation => ({
          [`metadata.annotations.${annotation}`]: CATALOG_FILTER_EXISTS,
        })),
        fields: [
          'kind',
          'metadata.name',
          'metadata.namespace',
          'metadata.annotations',
          'relations',
          'spec.owner',
        ],
      },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    for await (const entities of pages) {
      if (this.#stop.signal.aborted) return;
      for (const entity of entities) {
        const claimant = {
          entityRef: stringifyEntityRef(entity),
          owners: ownersOf(entity),
          links: linksOf(entity, binding),
        };
        namespaces.add(parseEntityRef(claimant.entityRef).namespace);
        const { facets } = claimant.links;
        if (!facets) wide.push(claimant);
        for (const facet of facets ?? []) {
          const known = byFacet.get(facet);
          if (known) known.push(claimant);
          else byFacet.set(facet, [claimant]);
        }
      }
    }
    this.#byFacet = byFacet;
    this.#wide = wide;
    this.#namespaces = namespaces;
  }

  /**
   * Entities of other owners with no less a right: beside a proof only another proof counts, or else anybody could stop
   * a team's promotions by an annotation.
   */
  readonly rivals: RivalClaims = (instance, application, entity, binding) => {
    const entityRef = stringifyEntityRef(entity);
    const owners = ownersOf(entity);
    const candidates = new Set([
      ...facetsOf(application).flatMap(facet => this.#byFacet.get(facet) ?? []),
      ...this.#wide,
    ]);
    return [...candidates]
      .filter(
        candidate =>
          candidate.entityRef !== entityRef &&
          !candidate.owners.some(owner => owners.includes(owner)),
      )
      .filter(({ links }) => {
        const theirs = links.bind(instance, application);
        return theirs?.kind === 'proof' || (theirs && binding.kind === 'claim');
      })
      .map(candidate => candidate.entityRef)
      .sort();
  };

  /** Entities to which the Application is bound by their annotations and its own words, in any way. */
  claimants(instance: string, application: Application): string[] {
    const candidates = new Set([
      ...facetsOf(application).flatMap(facet => this.#byFacet.get(facet) ?? []),
      ...this.#wide,
    ]);
    return [...candidates]
      .filter(({ links }) => links.bind(instance, application))
      .map(({ entityRef }) => entityRef);
  }

  /** The catalog's namespaces in which anything claims Applications. */
  get namespaces(): ReadonlySet<string> {
    return this.#namespaces;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      let next = REFRESH_MS;
      try {
        await this.refresh();
      } catch (error) {
        next = RETRY_MS;
        this.#options.logger.warn(
          `The claims of the catalog could not be read: ${stringifyError(
            error,
          )}`,
        );
      }
      await pause(next, signal);
    }
  }
}
