import { argocdIsQuiet, inventoryComplete } from '../load/inventory';
import { Page, pipelinePath } from '../load/Page';
import { median } from '../load/statistics';
import { pause, waitFor } from '../processes/waiting';
import { World } from '../processes/World';
import { Suite } from '../suite';

const APPLICATIONS = 300;
const CHANGES_A_SECOND = 50;

interface View {
  environments: Array<{
    applications: Array<{ name: string; sync: { revisions: string[] } }>;
  }>;
}

/** Names of the Applications that the pages show at another revision than Argo CD's list. */
export async function differences(
  world: World,
  page: Page,
  name: string,
  applications: number,
): Promise<string[]> {
  const wanted = await world.argocd.call('revisions', { name });
  const shown: Record<string, string> = {};
  for (let service = 0; service < applications / 3; service++) {
    const view = await page.get<View>(pipelinePath(`svc-${service}`));
    for (const application of view.environments.flatMap(
      environment => environment.applications,
    ))
      [shown[application.name]] = application.sync.revisions;
  }
  return [...new Set([...Object.keys(wanted), ...Object.keys(shown)])].filter(
    application => wanted[application] !== shown[application],
  );
}

/** Streams that are cut, go silent and lose events, while much changes. */
export const streams: Suite = {
  name: 'streams',
  title: 'Troubled streams',
  async run(world, { minutes, log }) {
    const name = 'streams';
    const instance = await world.instance(name, APPLICATIONS);
    const plugin = await world.plugin([instance]);
    const page = new Page({
      base: plugin.url,
      headers: await world.headers('auditor'),
    });
    await inventoryComplete(world, plugin.url, name, APPLICATIONS);
    await argocdIsQuiet(world);
    await world.argocd.call('storm', {
      name,
      from: 0,
      count: APPLICATIONS,
      perSecond: CHANGES_A_SECOND,
    });
    const heaps: number[] = [];
    const end = Date.now() + minutes * 60_000;
    const troubles = ['lossy', 'cut', 'half-open'] as const;
    for (let round = 0; Date.now() < end; round++) {
      const trouble = troubles[round % troubles.length];
      await world.argocd.call('trouble', {
        name,
        loss: trouble === 'lossy' ? 0.3 : 0,
      });
      if (trouble === 'cut') await world.argocd.call('cut', { name });
      if (trouble === 'half-open')
        await world.argocd.call('halfOpen', { name });
      await pause(Math.min(5_000, Math.max(0, end - Date.now())));
      heaps.push((await plugin.process.call('heap')).bytes);
      // What went silent is ended by whatever stands between, sooner or later.
      if (trouble === 'half-open') await world.argocd.call('cut', { name });
    }
    await world.argocd.call('calm');
    await world.argocd.call('trouble', { name });
    const start = Date.now();
    let different: string[] = [];
    // The stream that survived may have lost events: the next full list, within minutes, finds them.
    await waitFor(
      'the inventory to equal the list',
      async () => {
        different = await differences(world, page, name, APPLICATIONS);
        return different.length === 0;
      },
      { timeoutMs: 5 * 60_000, everyMs: 2_000 },
    ).catch(error => log(`${error}: ${different.slice(0, 5)}`));
    const settled = (Date.now() - start) / 1000;
    await page.close();
    await plugin.stop();
    await world.argocd.call('close', { name });
    const third = Math.max(1, Math.floor(heaps.length / 3));
    const growth =
      median(heaps.slice(-third)) / median(heaps.slice(third, 2 * third + 1));
    log(`heaps: ${heaps.map(bytes => (bytes / 2 ** 20).toFixed(1)).join(' ')}`);
    return [
      {
        figure: `${minutes} min of cut, half-open and lossy streams, ${CHANGES_A_SECOND} changes/s: inventory equals list`,
        goal: 'equal',
        measured:
          different.length === 0
            ? 'equal'
            : `${different.length} of ${APPLICATIONS} differ`,
        met: different.length === 0,
        note: `found equal ${settled.toFixed(
          0,
        )} s after the last change; lists are repeated every 3 min`,
      },
      {
        figure: 'heap after GC, last third of that time against the middle one',
        goal: 'no growth (≤ 1.05 ×)',
        measured: `${growth.toFixed(3)} ×`,
        met: growth <= 1.05,
        note: `${(heaps[heaps.length - 1] / 2 ** 20).toFixed(0)} MB at the end`,
      },
    ];
  },
};
