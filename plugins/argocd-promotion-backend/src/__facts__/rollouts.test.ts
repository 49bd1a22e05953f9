import { ReplayedAnswer } from '../__testUtils__/ReplayedAnswer';
import { readRecording } from '../__testUtils__/recordings';
import { ResourceTree } from '../argocd/types';
import { readRollouts } from '../rollouts/readRollouts';
import { rolloutView } from '../rollouts/rolloutView';
import { readTable } from './__testUtils__/tables';

interface RolloutTold {
  /** The recorded tree of the same moment. */
  tree: string;
  says: string;
  message?: string;
  steps: string[];
  weights: string;
  pause?: string;
  /** Actions that can be done, and why the others cannot. */
  can: string[];
  cannot: Record<string, string>;
}

/** What the recorded shop released as what; its Pods pin digests alone. */
const TAGS: Record<string, string> = {
  '763a1172': '7.3.0',
  f41b067d: '7.4.0',
  c6f7bc1e: '7.1.0',
};
const tagOf = (_: string, digest: string) =>
  TAGS[digest.slice('sha256:'.length).slice(0, 8)] ?? '7.5.0';

describe('what people are told of the recorded Rollouts', () => {
  it.each(readTable<RolloutTold>('rollouts'))('%s', async (name, facts) => {
    const argocd = await ReplayedAnswer.start(name);
    try {
      const tree = readRecording(facts.tree).response.body as ResourceTree;
      const node = tree.nodes!.find(({ kind }) => kind === 'Rollout')!;
      const [rollout] = await readRollouts({
        client: {
          getResourceTree: async () => tree,
          // Only the Rollout was recorded; analyses and ReplicaSets are told by the tree alone.
          getResource: async (key, wanted) =>
            wanted === node ? argocd.client.getResource(key, node) : {},
        },
        application: {
          metadata: { name: 'payments-dev', namespace: 'argocd' },
          spec: { project: 'shop' },
        },
      });
      const view = rolloutView(rollout, tagOf);
      const { weights, pause } = view;
      const told = {
        tree: facts.tree,
        says: view.headline,
        ...(view.message ? { message: view.message } : {}),
        steps: view.steps.map(({ title, state }) => `${title}: ${state}`),
        weights: `${weights?.update}/${weights?.stable} by ${weights?.by}`,
        ...(pause
          ? {
              pause: `${pause.reason} since ${pause.since} until ${
                pause.until ?? 'somebody continues'
              }`,
            }
          : {}),
        can: view.actions.flatMap(({ action, available }) =>
          available ? [action] : [],
        ),
        cannot: Object.fromEntries(
          view.actions.flatMap(({ action, reason }) =>
            reason ? [[action, reason]] : [],
          ),
        ),
      };
      expect(told).toEqual(facts);
    } finally {
      await argocd.close();
    }
  });
});
