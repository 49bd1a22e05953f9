import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crashSettings, faultPoints } from './__testUtils__/crashSettings';

const BACKEND = '@fairway/backstage-plugin-argocd-promotion-backend';
const NODE = '@fairway/backstage-plugin-argocd-promotion-node';
const room = resolvePackagePath(BACKEND, 'src/promotion');

/** Methods of an interface that change something: all that are not named like a question. */
function effects(file: string, name: string): string[] {
  const text = readFileSync(file, 'utf8');
  const body = text.slice(text.indexOf(`export interface ${name} `));
  const end = body.indexOf('\n}');
  return [...body.slice(0, end).matchAll(/^ {2}(\w+)\??\(/gm)]
    .map(([, method]) => method)
    .filter(
      method =>
        !/^(get|list|read|find|is|latest|overview$|valid|contains|watch|commitUrl|close$)/.test(
          method,
        ),
    );
}

function sources(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap(entry => {
    const path = join(directory, entry.name);
    if (entry.isDirectory())
      return entry.name === '__testUtils__' ? [] : sources(path);
    return /(?<!\.test)\.ts$/.test(entry.name) ? [path] : [];
  });
}

const text = (paths: string[]) =>
  paths.map(path => readFileSync(path, 'utf8')).join('\n');
const within = (path: string) => resolvePackagePath(BACKEND, `src/${path}`);

describe('the fault points of the crash tests', () => {
  const promotion = text(sources(room));
  const remote = [
    ...effects(resolvePackagePath(NODE, 'src/git/GitHost.ts'), 'GitRepository'),
    ...effects(within('argocd/ArgocdClient.ts'), 'ArgocdClient'),
  ];
  const stored = [
    ...effects(within('promotion/store/PromotionStore.ts'), 'PromotionStore'),
    ...effects(within('promotion/store/holds.ts'), 'HoldStore'),
  ];

  it('are known for every effect on git, Argo CD and the database', () => {
    // What this looks for is there.
    expect(remote).toEqual(
      expect.arrayContaining(['commitFiles', 'openPullRequest', 'sync']),
    );
    expect(stored).toEqual(expect.arrayContaining(['create', 'save', 'set']));
    const used = remote.filter(method => promotion.includes(`.${method}(`));
    expect([...used, ...stored].filter(name => !faultPoints[name])).toEqual([]);
    // None is left of an effect that is gone.
    expect(
      Object.keys(faultPoints).filter(
        name => ![...used, ...stored, 'getApplication'].includes(name),
      ),
    ).toEqual([]);
  });

  it('are passed by the settings, which `yarn test:crash` goes through', () => {
    const passed = new Set(crashSettings.flatMap(({ passes }) => passes));
    const wanted = Object.values(faultPoints).flatMap(points =>
      Array.isArray(points) ? points : [],
    );
    expect(wanted.filter(point => !passed.has(point))).toEqual([]);
  });

  it('leave no other way out: only the store writes to the database, and only clients speak to others', () => {
    const outside = sources(room).filter(path => !path.includes('/store/'));
    const writers = outside.filter(path =>
      /\bknex\b.*\.(insert|update|delete|raw)\(|\bfetch\(|from 'undici'|from 'node:https?'/.test(
        readFileSync(path, 'utf8'),
      ),
    );
    expect(writers.map(path => path.slice(room.length + 1))).toEqual([
      // Reads, and asks nobody that a promotion is written to.
      'gates/HttpGate.ts',
    ]);
  });
});
