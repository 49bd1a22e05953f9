import { Page } from './Page';
import { World } from '../processes/World';
import { pause, waitFor } from '../processes/waiting';

interface InstanceState {
  name: string;
  applications: number;
  staleSince?: string;
}

/** Waits until the backend holds so many Applications of the Instance, and holds them for current. */
export async function inventoryComplete(
  world: World,
  base: string,
  instance: string,
  applications: number,
): Promise<void> {
  // Counts over all entities are for those alone who may see all.
  const page = new Page({ base, headers: await world.headers('auditor') });
  await waitFor(
    `the inventory of ${applications} Applications`,
    async () => {
      const { items } = await page.get<{ items: InstanceState[] }>(
        '/api/argocd-promotion/v1/instances',
      );
      const found = items.find(({ name }) => name === instance);
      return (
        found !== undefined &&
        found.applications >= applications &&
        found.staleSince === undefined
      );
    },
    { timeoutMs: 180_000, everyMs: 50 },
  ).finally(() => page.close());
}

/** Waits until nothing is read of Argo CD any more: what is read in the background has been read. */
export async function argocdIsQuiet(world: World): Promise<void> {
  let quiet = 0;
  let before = -1;
  await waitFor(
    'the backend to have read everything',
    async () => {
      const now = await world.argocd.call('requests');
      quiet = now === before ? quiet + 1 : 0;
      before = now;
      return quiet >= 3;
    },
    { timeoutMs: 300_000, everyMs: 500 },
  );
  await pause(500);
}
