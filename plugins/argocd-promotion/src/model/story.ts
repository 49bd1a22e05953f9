import {
  OperationPhase,
  OperationStep,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Tone } from './answers';

export const STEPS: Record<
  OperationStep['state'],
  { tone: Tone; word: string }
> = {
  done: { tone: 'ok', word: 'done' },
  running: { tone: 'wait', word: 'running' },
  failed: { tone: 'bad', word: 'failed' },
  waiting: { tone: 'none', word: 'not reached' },
  pruned: { tone: 'ok', word: 'pruned' },
};

/** How a phase stands: by the worst of its steps. */
export function toneOf(steps: OperationStep[]): Tone {
  const states = new Set(steps.map(({ state }) => state));
  if (states.has('failed')) return 'bad';
  if (states.has('running')) return 'wait';
  return states.has('waiting') ? 'none' : 'ok';
}

/** One stretch of the story: a phase, or a wave of it where a phase has several. */
export interface Stretch {
  title: string;
  steps: OperationStep[];
}

export function stretches(story: OperationPhase[]): Stretch[] {
  return story.flatMap(({ phase, waves }) =>
    waves.map(({ wave, steps }) => ({
      title: wave === undefined ? phase : `${phase} · wave ${wave}`,
      steps,
    })),
  );
}

/** Argo CD's words where they say more than that it was applied as always. */
export function wordsOf({ state, message }: OperationStep): string | undefined {
  if (!message || state === 'waiting') return undefined;
  return message.replace(/^\S+\/\S+ (?=(configured|unchanged|created)\b)/, '');
}

interface TreeNode {
  kind?: string;
  name?: string;
  namespace?: string;
  createdAt?: string;
  parentRefs?: Array<{ kind?: string; name?: string; namespace?: string }>;
}

/** The newest Pod of a hook, from the Application's resource tree. */
export function podOf(
  tree: unknown,
  hook: OperationStep,
): { name: string; namespace: string } | undefined {
  const { nodes } = (tree ?? {}) as { nodes?: TreeNode[] | null };
  const pods = (nodes ?? []).filter(node => {
    if (node.kind !== 'Pod') return false;
    const isItself = hook.kind === 'Pod' && node.name === hook.name;
    const isChild = node.parentRefs?.some(
      parent => parent.kind === hook.kind && parent.name === hook.name,
    );
    const namespace = hook.namespace ?? node.namespace;
    return node.namespace === namespace && (isItself || isChild);
  });
  const [newest] = pods.sort((a, b) =>
    (b.createdAt ?? '').localeCompare(a.createdAt ?? ''),
  );
  return newest?.name && newest.namespace
    ? { name: newest.name, namespace: newest.namespace }
    : undefined;
}

/** The lines of a log as text. */
export function logText(answer: unknown): string {
  const { items } = (answer ?? {}) as {
    items?: Array<{ content?: string }> | null;
  };
  return (items ?? []).map(({ content }) => content ?? '').join('\n');
}
