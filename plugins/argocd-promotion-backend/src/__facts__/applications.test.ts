import { ReplayedAnswer } from '../__testUtils__/ReplayedAnswer';
import { readRecording } from '../__testUtils__/recordings';
import { readTable } from './__testUtils__/tables';
import { factsOf } from './__testUtils__/told';

describe('what people are told of the recorded Applications', () => {
  it.each(readTable<Record<string, unknown>>('applications'))(
    '%s',
    async (name, facts) => {
      const argocd = await ReplayedAnswer.start(name);
      try {
        const { method, path } = readRecording(name).request;
        const url = new URL(path, 'http://argocd');
        const [, , , , application] = url.pathname.split('/');
        const key = {
          namespace: 'argocd',
          name: application ?? 'new-app',
          project: 'shop',
        };
        const told = await argocd.client.getApplication(key, {
          ...(url.searchParams.has('refresh') ? { refresh: 'normal' } : {}),
        });
        expect(factsOf(told)).toMatchObject(facts);
        if (path.endsWith('/sync')) await argocd.client.sync(key, {});
        const asked = argocd.requests[argocd.requests.length - 1];
        const way = (of: string) => new URL(of, 'http://argocd').pathname;
        // Applications are created through git alone.
        expect([asked.method, way(asked.url)]).toEqual(
          application
            ? [method, way(path)]
            : ['GET', `${way(path)}/${key.name}`],
        );
      } finally {
        await argocd.close();
      }
    },
  );
});
