import {
  ApplicationDetails,
  OperationState,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  Application,
  ResourceTree,
  RevisionMetadata,
} from '../../argocd/types';
import { applicationDetails } from '../../deployments/view';
import { Deployed, lastDeployed } from '../../inventory/lastDeployed';
import { currentPods, imagesOfSpec } from '../../inventory/runningImages';

/** What the entity's owner gets of one Application, as the page's GET answers it. */
export function detailsOf(
  application: Application,
  commit?: Deployed & { metadata?: RevisionMetadata },
): ApplicationDetails {
  return applicationDetails(
    {
      instance: 'main',
      application,
      binding: { kind: 'proof', reason: 'recorded' },
      images: imagesOfSpec(application),
    },
    {
      frontendUrl: () => undefined,
      lastCommit: () => commit,
      ownCommit: () => undefined,
      sightings: () => [],
      commitUrl: () => undefined,
      place: () => ({}),
    },
  );
}

/** `checkout@51ec671a`: the last part of the repository, and as much of the digest as tells digests apart. */
function shortImage(image: {
  repository: string;
  tag?: string;
  digest?: string;
}): string {
  const name = image.repository.split('/').pop();
  return image.digest
    ? `${name}@${image.digest.slice('sha256:'.length).slice(0, 8)}`
    : `${name}:${image.tag ?? '?'}`;
}

const unnamed: Application = {
  metadata: { name: '', namespace: '' },
  spec: { project: '' },
};

const list = (items: string[]): string => items.join(' ');

function automationOf({ automated }: ApplicationDetails): string {
  if (automated.selfHeal) return 'self-heal';
  return automated.enabled ? 'automatic' : 'manual';
}

function startedBy({ initiatedBy }: OperationState): string {
  if (initiatedBy.selfHeal) return 'self-heal';
  if (initiatedBy.automated) return 'automated sync';
  return initiatedBy.username ?? 'nobody known';
}

const clock = (time: string) => `${time.slice(11, 19)}Z`;

function operationText(operation: OperationState): string {
  const { phase, failing, retry, hooks } = operation;
  const bad = hooks.filter(hook => ['Failed', 'Error'].includes(hook.phase));
  const parts = [
    failing && phase === 'Running' ? 'failing' : phase,
    retry &&
      `retry ${retry.count} of ${retry.limit}${
        retry.nextAt ? ` at ${clock(retry.nextAt)}` : ''
      }`,
    bad.map(hook => `${hook.hookType} ${hook.name} ${hook.phase}`).join(', '),
    hooks
      .filter(hook => !bad.includes(hook))
      .map(hook => `${hook.name} ${hook.phase}`)
      .join(', '),
    `by ${startedBy(operation)}`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** What is known to run; what has no digest only where nothing else is known. */
function runs({ images }: ApplicationDetails): string {
  const pinned = images.filter(({ source }) => source === 'spec');
  return list((pinned.length > 0 ? pinned : images).map(shortImage));
}

/** One moment of an Application in one line. */
export function momentOf(application: Application): string {
  const view = detailsOf(application);
  const { differs, missing, extra } = view.drift;
  const drift = [
    differs && `${differs} differ`,
    missing && `${missing} missing`,
    extra && `${extra} to prune`,
  ].filter(Boolean);
  return [
    `${view.sync.status} ${view.health.status}`,
    view.operation && operationText(view.operation),
    drift.join(', '),
    view.conditions.map(({ type }) => type).join(', '),
    view.sync.revisions.length > 0 &&
      `at ${view.sync.revisions.map(sha => sha.slice(0, 7)).join('+')}`,
    runs(view),
  ]
    .filter(Boolean)
    .join(' | ');
}

/** The facts of one Application, each apart. */
export function factsOf(application: Application): Record<string, unknown> {
  const view = detailsOf(application);
  const { operation } = view;
  const last = lastDeployed(application);
  return {
    sync: view.sync.status,
    health: view.health.status,
    drift: `${view.drift.differs}/${view.drift.missing}/${view.drift.extra}`,
    drifted: view.drifted.map(
      ({ kind, name, difference }) => `${kind} ${name} ${difference}`,
    ),
    runs: runs(view),
    sources: view.sources.length,
    revisions: view.sync.revisions.length,
    conditions: view.conditions.map(({ type }) => type),
    says: view.conditions.map(({ message }) => message.slice(0, 60)),
    automated: automationOf(view),
    phase: operation?.phase,
    startedBy: operation && startedBy(operation),
    failing: operation?.failing,
    retry:
      operation?.retry &&
      `${operation.retry.count} of ${operation.retry.limit}`,
    nextAt: operation?.retry?.nextAt,
    hooks: operation?.hooks.map(({ name, phase }) => `${name} ${phase}`),
    history: view.history.length,
    lastDeployed: last?.deployedAt,
  };
}

/** Which Pods run what: `2 checkout@51ec671a Healthy`; and how many more there are, of Jobs and of older templates. */
export function podsOf(tree: ResourceTree): string[] {
  const nodes = tree.nodes ?? [];
  const current = currentPods(tree);
  const counts = new Map<string, number>();
  for (const pod of current) {
    const images = imagesOfSpec(unnamed, {
      nodes: nodes.filter(node => node.kind !== 'Pod' || node === pod),
    });
    const line = `${list(images.map(shortImage))} ${
      pod.health?.status ?? 'Unknown'
    }`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  const others = nodes.filter(
    node => node.kind === 'Pod' && !current.includes(node),
  );
  return [
    ...[...counts].map(([line, count]) => `${count} ${line}`),
    ...(others.length > 0 ? [`${others.length} others`] : []),
  ];
}
