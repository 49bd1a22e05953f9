import { readFile } from 'node:fs/promises';

interface CpuProfile {
  nodes: Array<{
    id: number;
    callFrame: { functionName: string; url: string };
  }>;
  samples?: number[];
  timeDeltas?: number[];
}

export async function readProfile(file: string): Promise<CpuProfile> {
  return JSON.parse(await readFile(file, 'utf8')) as CpuProfile;
}

/** Whose code a frame is: an npm package, one of the suite's, Node's own, or the engine's. */
export function ownerOf(frame: { functionName: string; url: string }): string {
  const { functionName, url } = frame;
  const modules = url.lastIndexOf('/node_modules/');
  if (modules >= 0) {
    const [scope, name] = url
      .slice(modules + '/node_modules/'.length)
      .split('/');
    return scope.startsWith('@') ? `${scope}/${name}` : scope;
  }
  const room = /\/(?:plugins|packages)\/([^/]+)\/src\/([^/.]+)/.exec(url);
  if (room) return `${room[1]}: ${room[2]}`;
  if (url.startsWith('node:'))
    return url.split('/')[0] === url ? url : `${url.split('/')[0]}/…`;
  return functionName.startsWith('(') ? functionName : 'V8 and native code';
}

/** Parts of the busy time by owner, largest first. Idle time is left out, and the profiler's own. */
export function summarize(
  profile: CpuProfile,
): Array<{ where: string; part: number }> {
  const owners = new Map(
    profile.nodes.map(({ id, callFrame }) => [id, ownerOf(callFrame)]),
  );
  const spent = new Map<string, number>();
  profile.samples?.forEach((id, i) => {
    const where = owners.get(id) ?? 'unknown';
    if (where === '(idle)' || where === '(root)' || where === 'node:inspector')
      return;
    spent.set(where, (spent.get(where) ?? 0) + (profile.timeDeltas?.[i] ?? 0));
  });
  const all = [...spent.values()].reduce((a, b) => a + b, 0);
  return [...spent]
    .map(([where, time]) => ({ where, part: time / all }))
    .sort((a, b) => b.part - a.part);
}
