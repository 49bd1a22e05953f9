import { argocdIsQuiet, inventoryComplete } from '../load/inventory';
import { Page, pipelinePath } from '../load/Page';
import { median, timed } from '../load/statistics';
import { PEERS } from '../peers/install';
import { communityPage, roadiePage } from '../peers/pages';
import { ms, Row, Suite, times } from '../suite';

const LATENCY_MS = 20;
const TURNS = 15;
const SERVICE = 'svc-0';
const SELECTOR = `backstage.io/kubernetes-id=${SERVICE}`;

interface Measured {
  ms: number;
  backend: number;
  argocd: number;
}

/** What a page view costs, and how long its data takes, beside the peers. */
export const pageView: Suite = {
  name: 'page-view',
  title: 'A page view: 3 Applications with 10 revisions each',
  async run(world, { applications, log }) {
    const rows: Row[] = [];
    const measure = async (
      base: string,
      view: (page: Page) => Promise<unknown>,
    ): Promise<Measured> => {
      const page = new Page({ base, headers: await world.headers() });
      try {
        for (let i = 0; i < 3; i++) await view(page);
        page.requests = 0;
        const before = await world.argocd.call('requests');
        const taken = await timed(TURNS, async () => {
          await view(page);
        });
        const after = await world.argocd.call('requests');
        return {
          ms: median(taken),
          backend: page.requests / TURNS,
          argocd: (after - before) / TURNS,
        };
      } finally {
        await page.close();
      }
    };
    for (const count of [3, ...applications]) {
      const name = `a${count}`;
      const instance = await world.instance(name, count);
      const plugin = await world.plugin([instance]);
      await inventoryComplete(world, plugin.url, name, count);
      await argocdIsQuiet(world);
      await world.argocd.call('trouble', { name, latencyMs: LATENCY_MS });
      const ours = await measure(plugin.url, view =>
        view.get(pipelinePath(SERVICE)),
      );
      await plugin.stop();
      log(`ours at ${count}: ${JSON.stringify(ours)}`);
      const peers = await world.peers([instance]);
      const roadie = await measure(peers.url, view =>
        roadiePage(view, SELECTOR),
      );
      const community = await measure(peers.url, view =>
        communityPage(view, SELECTOR, [name]),
      );
      await peers.stop();
      await world.argocd.call('close', { name });
      log(`peers at ${count}: ${JSON.stringify({ roadie, community })}`);
      const ratio = Math.min(roadie.ms, community.ms) / ours.ms;
      rows.push(
        {
          figure: `requests a page view, backend and Argo CD, ${count} applications`,
          goal: '1 and 0',
          measured: `${ours.backend} and ${ours.argocd}`,
          met: ours.backend === 1 && ours.argocd === 0,
          note: `${PEERS.roadie}: ${roadie.backend} and ${roadie.argocd}; ${PEERS.community}: ${community.backend} and ${community.argocd}`,
        },
        {
          figure: `page data against the better peer, ${count} applications`,
          goal: '≥ 20 ×',
          measured: times(ratio),
          met: ratio >= 20,
          note: `medians: ours ${ms(ours.ms)}, ${PEERS.roadie} ${ms(
            roadie.ms,
          )}, ${PEERS.community} ${ms(community.ms)}`,
        },
      );
    }
    return rows;
  },
};
