import { ReplayedAnswer } from '../__testUtils__/ReplayedAnswer';
import { readStream } from '../__testUtils__/recordings';
import { Promoted, promotionVerdict } from './__testUtils__/promotionVerdict';
import { readTable } from './__testUtils__/tables';
import { momentOf } from './__testUtils__/told';

interface StreamFacts {
  /** In order: what changes on the page, of each Application. */
  page: string[];
  /** What a promotion says meanwhile that wrote this. */
  promoted?: Promoted;
  promotion?: string[];
}

/** Without what says the same as before. */
function changes(of: string, lines: Array<[string, string]>): string[] {
  const last = new Map<string, string>();
  return lines.flatMap(([name, line]) => {
    if (last.get(name) === line) return [];
    last.set(name, line);
    return [name === of ? line : `${name}: ${line}`];
  });
}

describe('what people are told of the recorded streams', () => {
  it.each(readTable<StreamFacts>('streams'))(
    '%s',
    async (name, { page, promoted, promotion }) => {
      const argocd = await ReplayedAnswer.start(name);
      try {
        const moments: Array<[string, string]> = [];
        const verdicts: Array<[string, string]> = [];
        for await (const event of await argocd.client.streamApplications({})) {
          if (event.type === 'ERROR') throw new Error(event.message);
          const { application } = event;
          const deleted = event.type === 'DELETED';
          moments.push([
            application.metadata.name,
            deleted ? 'deleted' : momentOf(application),
          ]);
          if (promoted)
            verdicts.push(['', await promotionVerdict(application, promoted)]);
        }
        // Every line is an event.
        expect(moments).toHaveLength(readStream(name).length);
        const names = new Set(moments.map(([of]) => of));
        expect(changes(names.size === 1 ? moments[0][0] : '', moments)).toEqual(
          page,
        );
        expect(changes('', verdicts)).toEqual(promotion ?? []);
      } finally {
        await argocd.close();
      }
    },
  );
});
