import { join } from 'node:path';
import autocannon from 'autocannon';
import { argocdIsQuiet, inventoryComplete } from '../load/inventory';
import { Page, pipelinePath } from '../load/Page';
import { readProfile, summarize } from '../load/profile';
import { viewedServices } from '../setting';
import { Suite } from '../suite';

const SECONDS = 15;

/** How many pipeline views one core serves a second, and where its time goes. */
export const throughput: Suite = {
  name: 'throughput',
  title: 'Requests a second',
  async run(world, { applications, output, log }) {
    const name = 'throughput';
    const count = applications[applications.length - 1];
    const instance = await world.instance(name, count);
    const plugin = await world.plugin([instance]);
    const headers = await world.headers();
    const page = new Page({ base: plugin.url, headers });
    await inventoryComplete(world, plugin.url, name, count);
    await argocdIsQuiet(world);
    await page.close();
    const load = (duration: number) =>
      autocannon({
        url: plugin.url,
        connections: 32,
        duration,
        headers,
        requests: viewedServices(count).map(service => ({
          path: pipelinePath(service),
        })),
      });
    await load(5);
    const before = await plugin.process.call('cpu');
    const result = await load(SECONDS);
    const after = await plugin.process.call('cpu');
    await plugin.process.call('startProfile');
    await load(5);
    const file = join(output, 'pipeline-view.cpuprofile');
    await plugin.process.call('stopProfile', { file });
    const shares = summarize(await readProfile(file));
    await plugin.stop();
    await world.argocd.call('close', { name });
    if (result.non2xx > 0 || result.errors > 0)
      throw new Error(
        `${result.non2xx} answers were not 200, ${result.errors} requests failed`,
      );
    const served = result.requests.total;
    const aCore = served / ((after.ms - before.ms) / 1000);
    log(`${served} in ${SECONDS} s; ${JSON.stringify(shares.slice(0, 12))}`);
    return [
      {
        figure: `pipeline views a second and core, ${count} applications`,
        goal: '≥ 2,000, or what stops it',
        measured: aCore.toFixed(0),
        met: aCore >= 2_000,
        note: `${(served / SECONDS).toFixed(
          0,
        )}/s by the clock, with everything on this machine; CPU time: ${shares
          .slice(0, 7)
          .map(({ where, part }) => `${where} ${(part * 100).toFixed(0)} %`)
          .join(', ')}`,
      },
    ];
  },
};
