import { argocdIsQuiet, inventoryComplete } from '../load/inventory';
import { Page, pipelinePath } from '../load/Page';
import { percentile, timed } from '../load/statistics';
import { pause } from '../processes/waiting';
import { viewedServices } from '../setting';
import { ms, Row, Suite, times } from '../suite';

const TURNS = 400;

/** What an Instance of ten thousand costs more than one of a hundred: time, memory, start. */
export const size: Suite = {
  name: 'size',
  title: 'The size of an Instance',
  async run(world, { applications, log }) {
    const rows: Row[] = [];
    const p95 = new Map<number, number>();
    let empty = 0;
    const largest = applications[applications.length - 1];
    for (const count of [0, ...applications]) {
      const name = `size-${count}`;
      const instance = await world.instance(name, count);
      await world.argocd.call('hold', { name });
      const plugin = await world.plugin([instance]);
      const page = new Page({
        base: plugin.url,
        headers: await world.headers(),
      });
      // Everything else that starts with a backend is over; what is measured begins when Argo CD begins to answer.
      await page.get('/api/argocd-promotion/v1/instances');
      await pause(2_000);
      await plugin.process.call('resetLoop');
      const start = performance.now();
      await world.argocd.call('release', { name });
      await inventoryComplete(world, plugin.url, name, count);
      const complete = performance.now() - start;
      const listing = await plugin.process.call('loop');
      await argocdIsQuiet(world);
      const whole = await plugin.process.call('loop');
      const { bytes } = await plugin.process.call('heap');
      log(
        `${count}: complete in ${ms(complete)}, blocked ${ms(
          listing.maxMs,
        )} (${ms(whole.maxMs)} with what is read ahead), heap ${bytes}`,
      );
      if (count === 0) empty = bytes;
      else {
        const services = viewedServices(count);
        const view = async (n: number) => {
          await page.get(pipelinePath(services[n % services.length]));
        };
        await timed(60, view);
        p95.set(count, percentile(await timed(TURNS, view), 0.95));
      }
      if (count === largest && count > 0) {
        const each = (bytes - empty) / count / 1024;
        rows.push(
          {
            figure: `from start to complete inventory of ${count}`,
            goal: '≤ 10 s',
            measured: `${(complete / 1000).toFixed(1)} s`,
            met: complete <= 10_000,
          },
          {
            figure: 'longest time that the event loop is blocked meanwhile',
            goal: '≤ 100 ms',
            measured: ms(listing.maxMs),
            met: listing.maxMs <= 100,
            note: `${ms(
              whole.maxMs,
            )} with everything that is read in the background after it`,
          },
          {
            figure: `heap an Application at ${count}, after GC`,
            goal: '≤ 25 KB',
            measured: `${each.toFixed(1)} KB`,
            met: each <= 25,
          },
        );
      }
      await page.close();
      await plugin.stop();
      await world.argocd.call('close', { name });
    }
    const [smallest] = applications;
    const ratio = p95.get(largest)! / p95.get(smallest)!;
    rows.unshift({
      figure: `p95 of the pipeline view at ${largest} applications against ${smallest}`,
      goal: '≤ 1.3 ×',
      measured: times(ratio),
      met: ratio <= 1.3,
      note: [...p95]
        .map(([count, value]) => `${count}: ${ms(value)}`)
        .join(', '),
    });
    return rows;
  },
};
