import { ReplayedAnswer } from '../__testUtils__/ReplayedAnswer';
import { readRecording, readStream } from '../__testUtils__/recordings';
import { podTrouble } from '../promotion/engine/podTrouble';
import { readTable } from './__testUtils__/tables';
import { podsOf } from './__testUtils__/told';

const key = { namespace: 'argocd', name: 'any', project: 'shop' };

interface TreeFacts {
  pods: string[];
  trouble?: string;
}

async function told(recording: string | { tree: unknown }): Promise<TreeFacts> {
  const argocd = await ReplayedAnswer.start(recording);
  try {
    const tree = await argocd.client.getResourceTree(key);
    const trouble = podTrouble(tree);
    return { pods: podsOf(tree), ...(trouble ? { trouble } : {}) };
  } finally {
    await argocd.close();
  }
}

describe('what people are told of the recorded trees', () => {
  const [streams, answers] = [true, false].map(streamed =>
    readTable<TreeFacts | TreeFacts[]>('trees').filter(
      ([name]) => name.endsWith('.ndjson') === streamed,
    ),
  );

  it.each(answers)('%s', async (name, facts) => {
    expect(await told(name)).toEqual(facts);
    expect(readRecording(name).response.status).toBe(200);
  });

  // The product reads a tree when its Application changed; each tree of a stream is such an answer.
  it.each(streams)('%s', async (name, facts) => {
    const story: TreeFacts[] = [];
    for (const line of readStream(name)) {
      const { result: tree } = line as { result: unknown };
      const next = await told({ tree });
      if (JSON.stringify(next) !== JSON.stringify(story[story.length - 1]))
        story.push(next);
    }
    expect(story).toEqual(facts);
  });
});
