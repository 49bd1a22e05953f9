import { Page } from '../load/Page';

interface PeerApplication {
  metadata: { name: string; instance?: { name: string } };
  status: {
    history?: Array<{ revision: string }>;
  };
}

/**
 * What Roadie's overview and history cards ask for an entity with `argocd/app-selector`: each finds the Instances that
 * have such Applications and lists them there (`useAppDetails`), and the history card then asks for every revision of
 * every history by itself (`ArgoCDHistoryCard`).
 */
export async function roadiePage(page: Page, selector: string): Promise<void> {
  const chosen = encodeURIComponent(selector);
  const details = async () => {
    const found = await page.get<Array<{ name: string }>>(
      `/api/argocd/find/selector/${chosen}`,
    );
    const lists = await Promise.all(
      found.map(async ({ name }) => {
        const { items } = await page.get<{ items: PeerApplication[] | null }>(
          `/api/argocd/argoInstance/${name}/applications/selector/${chosen}`,
        );
        return (items ?? []).map(application => ({ name, application }));
      }),
    );
    return lists.flat();
  };
  const overview = details();
  const history = details().then(applications =>
    Promise.all(
      applications.flatMap(({ name, application }) =>
        (application.status.history ?? []).map(({ revision }) =>
          page.get(
            `/api/argocd/argoInstance/${name}/applications/name/${application.metadata.name}/revisions/${revision}/metadata`,
          ),
        ),
      ),
    ),
  );
  await Promise.all([overview, history]);
}

/**
 * What the community plugin's deployment lifecycle asks: whether its backend is there (`getBaseUrl`), the Applications
 * of every configured Instance (`searchApplications`), then every revision once (`getRevisionDetailsList`).
 */
export async function communityPage(
  page: Page,
  selector: string,
  instances: string[],
): Promise<void> {
  const base = '/api/backstage-community-argocd';
  // `getArgoCdAppConfig` encodes the selector, `listApps` puts it both into the path and, encoded again, into the query.
  const chosen = encodeURIComponent(selector);
  const lists = await Promise.all(
    instances.map(async name => {
      await page.get(`${base}/check`);
      const { items } = await page.get<{ items?: PeerApplication[] | null }>(
        `${base}/argoInstance/${name}/applications/selector/${chosen}?selector=${encodeURIComponent(
          chosen,
        )}`,
      );
      return (items ?? []).map(application => ({ name, application }));
    }),
  );
  const asked = new Set<string>();
  await Promise.all(
    lists.flat().flatMap(({ name, application }) =>
      (application.status.history ?? []).flatMap(({ revision }) => {
        if (asked.has(revision)) return [];
        asked.add(revision);
        return [
          page.get(
            `${base}/argoInstance/${name}/applications/name/${application.metadata.name}/revisions/${revision}/metadata`,
          ),
        ];
      }),
    ),
  );
}
