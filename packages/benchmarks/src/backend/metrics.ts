import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Session } from 'node:inspector/promises';
import { writeFile } from 'node:fs/promises';

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
let session: Session | undefined;

/** What a process can tell of itself. Times in milliseconds, memory in bytes. */
export const metrics = {
  resetLoop: () => delay.reset(),
  /** The longest time that the event loop was late, less what the sampling itself takes. */
  loop: () => ({ maxMs: Math.max(0, delay.max / 1e6 - 5) }),
  async heap() {
    for (let i = 0; i < 3; i++) {
      globalThis.gc?.();
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    const { heapUsed, external } = process.memoryUsage();
    return { bytes: heapUsed + external };
  },
  cpu() {
    const { user, system } = process.cpuUsage();
    return { ms: (user + system) / 1000 };
  },
  async startProfile() {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
  },
  async stopProfile({ file }: { file: string }) {
    const result = await session?.post('Profiler.stop');
    session?.disconnect();
    await writeFile(file, JSON.stringify(result?.profile));
  },
};
