import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import {
  Entity,
  parseEntityRef,
  RELATION_CHILD_OF,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { stringifyError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { pause } from '../inventory/waiting';

const REFRESH_MS = 5 * 60_000;
const RETRY_MS = 30_000;

/** Tells which groups stand below others. */
export interface Subgroups {
  /** The refs (full, in lower case) themselves, and every group below one of them. */
  withSubgroups(refs: string[]): string[];
}

/**
 * The catalog's groups, read in the background: members of a group below the owner are owners too, and a sign-in tells
 * the direct groups of a user only. Until it has been read, nobody is more than their sign-in says.
 */
export class GroupHierarchy implements Subgroups {
  readonly #options: {
    catalog: Pick<CatalogService, 'streamEntities'>;
    auth: AuthService;
    logger: LoggerService;
  };
  #children = new Map<string, string[]>();
  readonly #stop = new AbortController();
  #running?: Promise<void>;

  constructor(options: {
    catalog: Pick<CatalogService, 'streamEntities'>;
    auth: AuthService;
    logger: LoggerService;
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

  withSubgroups(refs: string[]): string[] {
    const found = new Set(refs);
    // A Set is walked in the order of its making, what is added on the way included; a circle adds nothing.
    for (const ref of found)
      this.#children.get(ref)?.forEach(child => found.add(child));
    return [...found];
  }

  /** Reads all groups anew; the old ones hold until that has succeeded. */
  async refresh(): Promise<void> {
    const { catalog, auth } = this.#options;
    const children = new Map<string, string[]>();
    const pages = catalog.streamEntities(
      {
        filter: { kind: 'Group' },
        fields: [
          'kind',
          'metadata.name',
          'metadata.namespace',
          'relations',
          'spec.parent',
        ],
      },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    for await (const groups of pages) {
      if (this.#stop.signal.aborted) return;
      for (const group of groups)
        for (const parent of parentsOf(group))
          children.set(parent, [
            ...(children.get(parent) ?? []),
            stringifyEntityRef(group).toLocaleLowerCase('en-US'),
          ]);
    }
    this.#children = children;
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
          `The groups of the catalog could not be read: ${stringifyError(
            error,
          )}`,
        );
      }
      await pause(next, signal);
    }
  }
}

function parentsOf({ metadata, relations, spec }: Entity): string[] {
  const related = (relations ?? [])
    .filter(({ type }) => type === RELATION_CHILD_OF)
    .map(({ targetRef }) => targetRef);
  if (related.length > 0)
    return related.map(ref => ref.toLocaleLowerCase('en-US'));
  if (typeof spec?.parent !== 'string' || spec.parent === '') return [];
  const parent = parseEntityRef(spec.parent, {
    defaultKind: 'group',
    defaultNamespace: metadata.namespace ?? 'default',
  });
  return [stringifyEntityRef(parent).toLocaleLowerCase('en-US')];
}
