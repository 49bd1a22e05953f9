import { Browser } from '../load/Browser';
import { argocdIsQuiet, inventoryComplete } from '../load/inventory';
import { Page, pipelinePath } from '../load/Page';
import { percentile } from '../load/statistics';
import { pause } from '../processes/waiting';
import { ms, Suite } from '../suite';

const SAMPLES = 60;
const CHANGES_A_SECOND = 50;
const LOST_MS = 15_000;
const SERVICE = 'svc-0';

/** How long until an open page has what changed in Argo CD: the signal, then its GET. */
export const live: Suite = {
  name: 'live',
  title: 'A change reaches an open page',
  async run(world, { applications, log }) {
    const name = 'live';
    const count = applications[applications.length - 1];
    const instance = await world.instance(name, count);
    const plugin = await world.plugin([instance]);
    const page = new Page({ base: plugin.url, headers: await world.headers() });
    await inventoryComplete(world, plugin.url, name, count);
    await argocdIsQuiet(world);
    await world.argocd.call('trouble', { name, latencyMs: 20 });
    const browser = await Browser.open({
      base: plugin.url,
      token: await world.token('viewer'),
    });
    await page.get(pipelinePath(SERVICE));
    await world.argocd.call('storm', {
      name,
      from: 3,
      count,
      perSecond: CHANGES_A_SECOND,
    });
    await pause(2_000);
    const taken: number[] = [];
    for (let sample = 0; sample < SAMPLES; sample++) {
      const had: Array<{ text: string; at: number }> = [];
      const stop = browser.onSignal(async entityRefs => {
        if (!entityRefs.includes(`component:default/${SERVICE}`)) return;
        const text = JSON.stringify(await page.get(pipelinePath(SERVICE)));
        had.push({ text, at: Date.now() });
      });
      const { revision, at: start } = await world.argocd.call('change', {
        name,
        index: sample % 3,
      });
      const seen = () => had.find(({ text }) => text.includes(revision));
      while (!seen() && Date.now() - start < LOST_MS) await pause(2);
      stop();
      taken.push((seen()?.at ?? start + LOST_MS) - start);
      // Not in step with anything that the backend does every so often.
      await pause(100 + ((sample * 37) % 200));
    }
    await world.argocd.call('calm');
    browser.close();
    await page.close();
    await plugin.stop();
    await world.argocd.call('close', { name });
    const p95 = percentile(taken, 0.95);
    log(`median ${ms(percentile(taken, 0.5))}`);
    return [
      {
        figure: `change in Argo CD until the page has it, p95, ${count} applications, ${CHANGES_A_SECOND} changes/s`,
        goal: '< 1 s',
        measured: ms(p95),
        met: p95 < 1_000,
        note: `median ${ms(percentile(taken, 0.5))}, ${SAMPLES} changes, ${
          taken.filter(value => value >= LOST_MS).length
        } never seen; the peers poll every 10 s or not at all`,
      },
    ];
  },
};
