import { serve } from '../processes/channel';
import { LargeArgocd, Trouble } from './LargeArgocd';

const instances = new Map<string, LargeArgocd>();
let storm: NodeJS.Timeout | undefined;

function instance(name: string): LargeArgocd {
  const found = instances.get(name);
  if (!found) throw new Error(`There is no instance ${name}`);
  return found;
}

const commands = {
  async start({ name, count }: { name: string; count: number }) {
    const argocd = new LargeArgocd();
    instances.set(name, argocd);
    const { bytes } = argocd.load(count);
    return { url: await argocd.start(), bytes };
  },
  async close({ name }: { name: string }) {
    await instance(name).close();
    instances.delete(name);
  },
  hold: ({ name }: { name: string }) => instance(name).hold(),
  release: ({ name }: { name: string }) => instance(name).release(),
  trouble({ name, ...trouble }: Trouble & { name: string }) {
    instance(name).trouble = trouble;
  },
  cut: ({ name }: { name: string }) => instance(name).cut(),
  halfOpen: ({ name }: { name: string }) => instance(name).halfOpen(),
  change({ name, index }: { name: string; index: number }) {
    return { revision: instance(name).change(index), at: Date.now() };
  },
  /** Changes Applications `from` and above, in turn, so many a second. */
  storm(options: {
    name: string;
    from: number;
    count: number;
    perSecond: number;
  }) {
    let next = options.from;
    clearInterval(storm);
    storm = setInterval(() => {
      instance(options.name).change(next);
      next += 1;
      if (next >= options.count) next = options.from;
    }, 1000 / options.perSecond);
  },
  calm() {
    clearInterval(storm);
  },
  requests: () =>
    [...instances.values()].reduce((sum, { requests }) => sum + requests, 0),
  names: () => [...instances.keys()],
  revisions: ({ name }: { name: string }) => instance(name).revisions(),
};

export type ArgocdCommands = typeof commands;

serve(commands);
