import { ScmIntegrations } from '@backstage/integration';
import { Inventory, inventoryKey } from '../inventory/Inventory';
import { OwnCommits } from '../inventory/OwnCommits';
import { ReleaseSightings } from '../inventory/ReleaseSightings';
import { Application } from '../argocd/types';
import { rootNameOf } from './environments';
import { Roots } from '../roots/Roots';
import { ViewContext } from './view';

const clusterOf = ({ spec }: Application) =>
  spec.destination?.server ?? spec.destination?.name;

/** What the view needs of the house: links from configuration, commits from the inventory. */
export function createViewContext(options: {
  inventory: Inventory;
  integrations: ScmIntegrations;
  sightings: ReleaseSightings;
  ownCommits: OwnCommits;
  roots: Roots;
}): ViewContext {
  const { inventory, integrations, sightings, ownCommits, roots } = options;
  return {
    frontendUrl: instance => inventory.frontendUrl(instance),
    lastCommit: ({ instance, application: { metadata } }) =>
      inventory.get({
        instance,
        namespace: metadata.namespace,
        name: metadata.name,
      })?.lastCommit,
    siblings: ({ instance, application }) => {
      const root = rootNameOf(application);
      const cluster = clusterOf(application);
      return root === undefined
        ? []
        : [...inventory.applications()].flatMap(other =>
            other.instance === instance &&
            other.application.metadata.name !== application.metadata.name &&
            rootNameOf(other.application) === root &&
            clusterOf(other.application) === cluster
              ? [other.application]
              : [],
          );
    },
    ownCommit: ({ instance, application: { metadata } }) =>
      ownCommits.of({
        instance,
        namespace: metadata.namespace,
        name: metadata.name,
      }),
    sightings: ({ instance, application: { metadata } }, repository) => {
      const { namespace, name } = metadata;
      const key = { instance, namespace, name };
      // What is shown was seen, also when the coalesced news of it are still on their way.
      sightings.see([inventoryKey(key)], inventory);
      return sightings.of(key, repository);
    },
    place: ({ instance, application: { metadata } }) =>
      roots.placeOf({
        instance,
        namespace: metadata.namespace,
        name: metadata.name,
      }),
    commitUrl: (repoURL, revision) =>
      commitUrl(repoURL, revision, integrations),
  };
}

/** Page of a commit on the hosts whose pages are known; absent for a host that is not in `integrations`. */
export function commitUrl(
  repoURL: string,
  revision: string,
  integrations: ScmIntegrations,
): string | undefined {
  const web = webUrl(repoURL);
  if (!web || !/^[0-9a-f]{7,64}$/.test(revision)) return undefined;
  const integration = integrations.byUrl(web);
  switch (integration?.type) {
    case 'github':
    case 'gitea':
    case 'azure':
      return `${web}/commit/${revision}`;
    case 'gitlab':
      return `${web}/-/commit/${revision}`;
    case 'bitbucketCloud':
      return `${web}/commits/${revision}`;
    default:
      return undefined;
  }
}

/** The https form of a clone URL, without credentials and `.git`; of an scp-like address too. */
function webUrl(repoURL: string): string | undefined {
  const scp =
    /^(?:ssh:\/\/)?(?:[^@/]+@)([^:/]+)(?::\d+\/|[:/])(.+?)(?:\.git)?\/?$/.exec(
      repoURL,
    );
  if (scp && !/^https?:/.test(repoURL)) return `https://${scp[1]}/${scp[2]}`;
  try {
    const url = new URL(repoURL);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
    return `${url.origin}${url.pathname
      .replace(/\/+$/, '')
      .replace(/\.git$/, '')}`;
  } catch {
    return undefined;
  }
}
