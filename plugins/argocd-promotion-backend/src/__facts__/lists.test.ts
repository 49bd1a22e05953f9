import { ReplayedAnswer } from '../__testUtils__/ReplayedAnswer';
import { readTable } from './__testUtils__/tables';
import { momentOf } from './__testUtils__/told';

interface ListFacts {
  version?: string;
  /** Argo CD says `items: null` to an account that may see none. */
  empty?: true;
  applications?: Record<string, string>;
}

describe('what people are told of the recorded lists', () => {
  it.each(readTable<ListFacts>('lists'))(
    '%s',
    async (name, { version, empty, applications = {} }) => {
      const argocd = await ReplayedAnswer.start(name);
      try {
        const told: Record<string, string> = {};
        const list = await argocd.client.listApplications(application => {
          told[application.metadata.name] = momentOf(application);
        });
        expect(told).toEqual(applications);
        expect(list.resourceVersion).toBe(version);
        expect(list.hasItems).toBe(!empty);
      } finally {
        await argocd.close();
      }
    },
  );
});
