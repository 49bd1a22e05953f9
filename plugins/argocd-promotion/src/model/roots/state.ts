import {
  RootNode,
  RootSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { compareTones, Tone } from '../answers';
import { count, dotted, firstLine } from '../text';

/** How one Application of an App of Apps stands, in one word and a short reason. */
export interface NodeState {
  tone: Tone;
  word: string;
  reason?: string;
}

const HEALTH_TONES: Record<NonNullable<RootNode['health']>['status'], Tone> = {
  Healthy: 'ok',
  Progressing: 'wait',
  Degraded: 'bad',
  Suspended: 'warn',
  Missing: 'warn',
  Unknown: 'unknown',
};

/** The worst that is to say of it comes first. */
export function nodeState(node: RootNode): NodeState {
  switch (node.state) {
    case 'missing':
      return {
        tone: 'bad',
        word: 'Missing in Argo CD',
        reason: 'git has it',
      };
    case 'extra':
      return {
        tone: 'warn',
        word: 'No longer in git',
        reason: 'Argo CD still has it',
      };
    case 'unseen':
      return {
        tone: 'unknown',
        word: 'Not shown',
        reason: 'the token of Backstage does not see it',
      };
    case 'named':
      return { tone: 'none', word: 'Not yours to see' };
    default:
  }
  const { operation, health, sync } = node;
  if (operation?.failing)
    return {
      tone: 'bad',
      word: 'Sync fails',
      ...(operation.message ? { reason: firstLine(operation.message) } : {}),
    };
  const tone = health ? HEALTH_TONES[health.status] : 'unknown';
  // An ApplicationSet whose root tells no health is simply there.
  if (!health && node.kind === 'ApplicationSet')
    return {
      tone: sync === 'OutOfSync' ? 'warn' : 'none',
      word: sync === 'OutOfSync' ? 'Out of sync' : 'Generates',
    };
  const running = operation?.phase === 'Running';
  if (health && health.status !== 'Healthy')
    return {
      tone,
      word: health.status === 'Unknown' ? 'Health unknown' : health.status,
      reason:
        dotted(
          sync === 'OutOfSync' && 'out of sync',
          health.message && firstLine(health.message),
        ) || undefined,
    };
  if (sync === 'OutOfSync')
    return {
      tone: running ? 'wait' : 'warn',
      word: running ? 'Syncing' : 'Out of sync',
    };
  if (sync === 'Unknown')
    return {
      tone: 'unknown',
      word: 'Cannot compare',
      reason: 'Argo CD cannot compare it with git',
    };
  return running
    ? { tone: 'wait', word: 'Syncing' }
    : { tone: 'ok', word: 'Healthy' };
}

/** The groups by which one filters. */
export const FILTERS = [
  { id: 'all', label: 'All' },
  { id: 'attention', label: 'Needs attention' },
  { id: 'missing', label: 'Missing in Argo CD' },
  { id: 'extra', label: 'No longer in git' },
  { id: 'unhealthy', label: 'Not healthy' },
  { id: 'outOfSync', label: 'Out of sync' },
] as const;
export type StateFilter = (typeof FILTERS)[number]['id'];

export function fitsFilter(node: RootNode, filter: StateFilter): boolean {
  switch (filter) {
    case 'missing':
    case 'extra':
      return node.state === filter;
    case 'unhealthy':
      return (
        node.health !== undefined &&
        node.state !== 'missing' &&
        node.health.status !== 'Healthy'
      );
    case 'outOfSync':
      return node.state === 'live' && node.sync === 'OutOfSync';
    case 'attention':
      return (
        node.notes.length > 0 ||
        ['bad', 'warn', 'unknown'].includes(nodeState(node).tone)
      );
    default:
      return true;
  }
}

/** What a root says of all that hangs under it: its worst words, else that all is well. */
export function summaryOfRoot(root: RootSummary): NodeState {
  const { total, missing, extra, outOfSync, unhealthy } = root.counts;
  const words = [
    missing > 0 && `${missing} missing in Argo CD`,
    extra > 0 && `${extra} no longer in git`,
    unhealthy > 0 && `${unhealthy} not healthy`,
    outOfSync > 0 && `${outOfSync} out of sync`,
  ];
  const own = nodeState(root);
  const beneath: Tone =
    (missing > 0 && 'bad') ||
    (words.some(Boolean) && 'warn') ||
    (total === 0 ? 'none' : 'ok');
  const tone =
    own.tone === 'none' || compareTones(beneath, own.tone) < 0
      ? beneath
      : own.tone;
  return {
    tone,
    word:
      dotted(...words) || (total === 0 ? 'Nothing beneath' : 'All in order'),
    ...(own.tone !== 'ok' && own.tone !== 'none' && own.tone !== 'wait'
      ? { reason: `the root itself: ${own.word.toLocaleLowerCase('en-US')}` }
      : {}),
  };
}

/** What a screen reader is told of one node, and what stands on hover. */
export function nodeLabel(node: RootNode): string {
  const { word, reason } = nodeState(node);
  return [
    `${node.kind} ${node.name}`,
    reason ? `${word}: ${reason}` : word,
    node.wave !== 0 && `wave ${node.wave}`,
    node.children > 0 && `manages ${count(node.children, 'child', 'children')}`,
    node.staleSince && 'data is old',
    ...node.notes,
  ]
    .filter(Boolean)
    .join(', ');
}
