import { argocdIsQuiet, inventoryComplete } from '../load/inventory';
import { Page, pipelinePath } from '../load/Page';
import { median, timed } from '../load/statistics';
import { communityPage, roadiePage } from '../peers/pages';
import { ms, Suite, times } from '../suite';

const RUNS = 5;
const TURNS = 200;
const GIVE_UP_MS = 20_000;
const SERVICE = 'svc-0';
const SELECTOR = `backstage.io/kubernetes-id=${SERVICE}`;

/** Five Instances, one of which hangs: paired runs, one with and one without the trouble. */
export const hang: Suite = {
  name: 'hang',
  title: 'One of five Instances hangs',
  async run(world, { applications, log }) {
    const count = applications[Math.min(1, applications.length - 1)];
    const names = ['main', 'second', 'third', 'fourth', 'fifth'];
    const instances = await Promise.all(
      names.map((name, i) => world.instance(name, i === 0 ? count : 0)),
    );
    const plugin = await world.plugin(instances);
    const page = new Page({ base: plugin.url, headers: await world.headers() });
    await inventoryComplete(world, plugin.url, 'main', count);
    await argocdIsQuiet(world);
    const hanging = (hangs: boolean) =>
      world.argocd.call('trouble', { name: 'fifth', hang: hangs });
    const view = async () => {
      await page.get(pipelinePath(SERVICE));
    };
    await timed(TURNS, view);
    const ratios: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      // Turn and turn about, so that neither side has the warmer machine.
      const pair: Record<string, number> = {};
      for (const hangs of run % 2 === 0 ? [false, true] : [true, false]) {
        await hanging(hangs);
        if (hangs) await world.argocd.call('cut', { name: 'fifth' });
        pair[String(hangs)] = median(await timed(TURNS, view));
      }
      ratios.push(pair.true / pair.false);
      log(`run ${run + 1}: ${JSON.stringify(pair)}`);
    }
    await page.close();
    await plugin.stop();

    const peers = await world.peers(instances);
    await hanging(true);
    const waited = async (run: (peerPage: Page) => Promise<void>) => {
      const peerPage = new Page({
        base: peers.url,
        headers: await world.headers(),
        timeoutMs: GIVE_UP_MS,
      });
      const start = performance.now();
      const ended = await run(peerPage).then(
        () => 'complete',
        error => `failed: ${String(error).slice(0, 80)}`,
      );
      await peerPage.close();
      return `${ended} after ${ms(performance.now() - start)}`;
    };
    const roadie = await waited(peer => roadiePage(peer, SELECTOR));
    const community = await waited(peer =>
      communityPage(peer, SELECTOR, names),
    );
    await peers.stop();
    for (const name of names) await world.argocd.call('close', { name });
    const ratio = median(ratios);
    return [
      {
        figure: `pipeline view with one of five Instances hanging, ${RUNS} paired medians`,
        goal: 'within 5 %',
        measured: times(ratio),
        met: Math.abs(ratio - 1) <= 0.05,
        note: `pairs: ${ratios
          .map(times)
          .join(
            ', ',
          )}; Roadie ${roadie}; community ${community} (given up after ${
          GIVE_UP_MS / 1000
        } s)`,
      },
    ];
  },
};
