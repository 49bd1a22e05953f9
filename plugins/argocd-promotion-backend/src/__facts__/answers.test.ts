import { ReplayedAnswer } from '../__testUtils__/ReplayedAnswer';
import { readRecording } from '../__testUtils__/recordings';
import { imagesOfPods, podFacts } from '../inventory/runningImages';
import { readTable } from './__testUtils__/tables';
import { detailsOf } from './__testUtils__/told';

/** Who reads the answer, and what is told by it or kept of it. */
interface AnswerFacts {
  reads: keyof typeof readers;
  told: unknown;
}

const key = (name: string) => ({ namespace: 'argocd', name, project: 'shop' });

function commitOf(name: string) {
  const [, application, revision] =
    /applications\/([^/]+)\/revisions\/([^/]+)/.exec(
      readRecording(name).request.path,
    ) ?? [];
  return { application, revision };
}

const readers = {
  version: ({ client }: ReplayedAnswer) => client.getVersion(),
  account: ({ client }: ReplayedAnswer) => client.getUserInfo(),
  async login(argocd: ReplayedAnswer) {
    await argocd.client.getVersion();
    return argocd.requests.map(({ method, url, authorization }) =>
      [method, url, authorization].filter(Boolean).join(' '),
    );
  },
  async commit({ client }: ReplayedAnswer, name: string) {
    const { application, revision } = commitOf(name);
    const metadata = await client.getRevisionMetadata(
      key(application),
      revision,
      name.includes('second') ? { sourceIndex: 1 } : {},
    );
    const { lastChange } = detailsOf(
      {
        metadata: { name: application, namespace: 'argocd' },
        spec: { project: 'shop' },
      },
      { revision, sourceIndex: 0, metadata },
    );
    return lastChange;
  },
  async pod(argocd: ReplayedAnswer) {
    const pod = podFacts(await resourceOf(argocd));
    return imagesOfPods(pod ? [pod] : []);
  },
  resource: resourceOf,
  windows: ({ client }: ReplayedAnswer) => client.getSyncWindows('shop'),
  async managed({ client }: ReplayedAnswer) {
    const resources = await client.getManagedResources(key('any'));
    return resources.map(
      ({ kind, name, hook, normalizedLiveState, predictedLiveState }) =>
        `${kind} ${name} ${stateOf(
          hook,
          normalizedLiveState,
          predictedLiveState,
        )}`,
    );
  },
};

function resourceOf({ client }: ReplayedAnswer): Promise<unknown> {
  return client.getResource(key('any'), { kind: 'Any', name: 'any' });
}

function stateOf(hook?: boolean, live?: string, predicted?: string): string {
  if (hook) return 'is a hook';
  if (live === 'null') return 'is missing';
  if (predicted === 'null') return 'is to be pruned';
  return live === predicted ? 'is the same' : 'differs';
}

describe('what the product makes of the other recorded answers', () => {
  it.each(readTable<AnswerFacts>('answers'))(
    '%s',
    async (name, { reads, told }) => {
      const argocd = await ReplayedAnswer.start(
        name,
        reads === 'login'
          ? { username: 'backstage', password: 'x' }
          : undefined,
      );
      try {
        const answer: unknown = await readers[reads](argocd, name);
        expect({ answer }).toMatchObject({ answer: told });
      } finally {
        await argocd.close();
      }
    },
  );
});
