import pLimit from 'p-limit';
import { ArgocdClient } from '../argocd/ArgocdClient';
import { Application, ResourceNode, ResourceTree } from '../argocd/types';
import {
  analysisOfNode,
  ENDED,
  isOfUpdate,
  parseAnalysisRun,
} from './analysis';
import { parseRollout, ReplicaSetFacts, RolloutFacts } from './facts';
import { at, imageOf, templateImages } from './manifests';

/** An Application with more Rollouts than these is told of the first of them. */
const MAX_ROLLOUTS = 10;
/** Of one update; retries make more. */
const MAX_ANALYSES = 10;
const AT_ONCE = 4;

export const isRollout = ({ group, kind }: { group?: string; kind: string }) =>
  kind === 'Rollout' && group === 'argoproj.io';

/** Whether there may be Rollouts to read. */
export const hasRollouts = ({ status }: Application): boolean =>
  (status?.resources ?? []).some(isRollout);

export function keyOf({ metadata, spec }: Application) {
  const { namespace, name } = metadata;
  return { namespace, name, project: spec.project };
}

/**
 * Reads the live Rollouts of an Application with the analyses of their present update. What cannot change is not read
 * again: analyses that have ended, and images of Pod templates.
 */
export async function readRollouts(options: {
  client: Pick<ArgocdClient, 'getResourceTree' | 'getResource'>;
  application: Application;
  before?: RolloutFacts[];
  /** Only the Rollout of this name. */
  only?: { namespace?: string; name: string };
}): Promise<RolloutFacts[]> {
  const { client, application, before = [], only } = options;
  const key = keyOf(application);
  const tree = await client.getResourceTree(key);
  const limit = pLimit(AT_ONCE);
  const read = (node: ResourceNode) =>
    limit(() => client.getResource(key, node)).catch(unlessGone);
  const nodes = (tree.nodes ?? [])
    .filter(isRollout)
    .filter(
      ({ namespace, name }) =>
        !only ||
        (name === only.name &&
          (!only.namespace || namespace === only.namespace)),
    )
    .slice(0, MAX_ROLLOUTS);
  const facts = await Promise.all(
    nodes.map(node =>
      readRollout(
        node,
        tree,
        read,
        before.find(({ uid }) => uid !== undefined && uid === node.uid),
      ),
    ),
  );
  return facts.flatMap(rollout => (rollout ? [rollout] : []));
}

type Read = (node: ResourceNode) => Promise<unknown>;

async function readRollout(
  node: ResourceNode,
  tree: ResourceTree,
  read: Read,
  before: RolloutFacts | undefined,
): Promise<RolloutFacts | undefined> {
  const manifest = parseRollout(await read(node));
  if (!manifest) return undefined;
  const children = (tree.nodes ?? []).filter(child =>
    child.parentRefs?.some(parent =>
      node.uid && parent.uid
        ? parent.uid === node.uid
        : parent.kind === node.kind && parent.name === node.name,
    ),
  );
  const runs = children
    .filter(
      ({ kind, name }) => kind === 'AnalysisRun' && isOfUpdate(name, manifest),
    )
    .sort((a, b) => (a.createdAt ?? '').localeCompare(b.createdAt ?? ''))
    .slice(-MAX_ANALYSES);
  const analyses = await Promise.all(
    runs.map(async run => {
      const known = before?.analyses.find(
        ({ uid, phase }) => uid === run.uid && ENDED.includes(phase),
      );
      if (known && run.uid) return known;
      const parsed = parseAnalysisRun(await read(run)) ?? analysisOfNode(run);
      return { ...parsed, ...(run.uid ? { uid: run.uid } : {}) };
    }),
  );
  const hashes = [
    ...new Set([manifest.currentHash, manifest.stableHash]),
  ].flatMap(hash => hash ?? []);
  const sets = await Promise.all(
    hashes.map(async (hash): Promise<ReplicaSetFacts> => {
      const set = children.find(
        ({ kind, name }) =>
          kind === 'ReplicaSet' && name === `${manifest.name}-${hash}`,
      );
      const pods = (tree.nodes ?? []).filter(
        ({ kind, parentRefs }) =>
          kind === 'Pod' &&
          set !== undefined &&
          parentRefs?.some(
            parent => parent.kind === set.kind && parent.name === set.name,
          ),
      );
      const ofPods = (pods[0]?.images ?? []).flatMap(
        text => imageOf(text) ?? [],
      );
      const known = before?.sets.find(other => other.hash === hash)?.images;
      const isTold =
        hash === manifest.currentHash && manifest.images.length > 0;
      let images = [ofPods, known ?? []].find(({ length }) => length > 0);
      // Without Pods only the ReplicaSet tells; of a template that stands in another object (`workloadRef`) too.
      if (!images && set && !isTold)
        images = templateImages(at(await read(set), 'spec', 'template'));
      return {
        hash,
        images: images ?? (isTold ? manifest.images : []),
        pods: {
          total: pods.length,
          ready: pods.filter(({ health }) => health?.status === 'Healthy')
            .length,
        },
      };
    }),
  );
  return {
    version: node.version ?? 'v1alpha1',
    ...(node.uid ? { uid: node.uid } : {}),
    manifest,
    sets,
    analyses,
  };
}

/** What is gone between the tree and its reading is not there. */
function unlessGone(error: unknown): undefined {
  const gone = ['InputError', 'NotFoundError'];
  if (error instanceof Error && gone.includes(error.name)) return undefined;
  throw error;
}
