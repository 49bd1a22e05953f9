import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { ConflictError, ForwardedError } from '@backstage/errors';
import {
  FileEdit,
  Problem,
  Release,
  TrainPlan,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import { createHash } from 'node:crypto';
import { DeploymentService } from '../../deployments/types';
import { PlannedEdits, PlannedFile } from '../../manifests';
import { repositoryKey } from '../repositoryUrl';
import { fileKey, joinFiles } from './joinFiles';
import { planHash } from './planHash';
import { PlannedPromotion, Planner } from './Planner';
import { StagedRepositories } from './StagedRepositories';

/** What one member of a train asks for. */
export interface TrainWish {
  entity: Entity;
  environment: string;
  from?: string;
  release?: string;
  rollbackTo?: Release;
}

/** The joint plan with the bytes that the contract's plan leaves out. */
export interface PlannedTrain {
  plan: TrainPlan;
  members: PlannedPromotion[];
}

/** What all members of a train change, on one commit of each branch. */
export interface JointEdits {
  base: PlannedEdits['base'];
  /** Every file once, with the changes of all. */
  files: PlannedFile[];
  /** By member, in order. Of a file that several change, each has the whole change. */
  members: PlannedEdits[];
}

/** Names the plans of all members together. */
function trainHash(plans: Array<{ entityRef: string; hash: string }>): string {
  const lines = plans.map(({ entityRef, hash }) => `${entityRef} ${hash}`);
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

/** A plan as it is stored and told: without the bytes. */
export function toFileEdit({
  repo,
  branch,
  path,
  patch,
  blobBefore,
  blobAfter,
}: PlannedFile): FileEdit {
  return { repo, branch, path, patch, blobBefore, blobAfter };
}

/** Plans several services as one: one after the other, each on top of what those before it change. */
export class TrainPlanner {
  readonly #planner: Planner;
  readonly #deployments: Pick<DeploymentService, 'resolve'>;
  readonly #getRepository: (url: string) => GitRepository | undefined;

  constructor(options: {
    planner: Planner;
    deployments: Pick<DeploymentService, 'resolve'>;
    getRepository(url: string): GitRepository | undefined;
  }) {
    this.#planner = options.planner;
    this.#deployments = options.deployments;
    this.#getRepository = options.getRepository;
  }

  /** Throws when one member can't be planned, and says which. */
  async plan(wishes: TrainWish[]): Promise<PlannedTrain> {
    const staged = new StagedRepositories(this.#getRepository);
    const planned: PlannedPromotion[] = [];
    for (const wish of wishes) {
      const member = await named(wish.entity, () =>
        this.#planner.plan(wish, url => staged.get(url)),
      );
      staged.add(member.files);
      planned.push(member);
    }
    const joint = await this.#join(
      wishes.map(({ entity }, index) => ({ entity, ...planned[index].plan })),
      planned.map(({ plan, files }) => ({ ...plan, edits: files })),
      staged,
    );
    const members = planned.map((member, index): PlannedPromotion => {
      const { edits } = joint.members[index];
      const plan = { ...member.plan, edits: edits.map(toFileEdit) };
      return {
        ...member,
        plan: { ...plan, hash: planHash(plan) },
        files: edits,
      };
    });
    const plans = members.map(({ plan }) => plan);
    const commits = commitsOf(plans);
    const plan: TrainPlan = {
      hash: trainHash(plans),
      environment: wishes[0].environment,
      members: plans,
      commits,
      delivery: plans.some(({ delivery }) => delivery === 'pull-request')
        ? 'pull-request'
        : 'commit',
      problems: problemsOf(commits, wishes[0].environment),
    };
    return { plan, members };
  }

  /** The edits alone, at the heads of the branches as they are now; as {@link Planner.edits} for one. */
  async edits(
    wanted: Array<{ entity: Entity; environment: string; release: Release }>,
  ): Promise<JointEdits> {
    const staged = new StagedRepositories(this.#getRepository);
    const found: PlannedEdits[] = [];
    for (const member of wanted) {
      const edits = await this.#editsOf(member, staged);
      staged.add(edits.edits);
      found.push(edits);
    }
    return this.#join(wanted, found, staged);
  }

  async #editsOf(
    member: { entity: Entity; environment: string; release: Release },
    staged: StagedRepositories,
  ): Promise<PlannedEdits> {
    const { entity, environment, release } = member;
    const pipeline = this.#deployments.resolve(entity);
    const target = pipeline.deployments.find(
      deployment => deployment.environment.name === environment,
    )!;
    return named(entity, () =>
      this.#planner.edits(entity, pipeline, target, release, url =>
        staged.get(url),
      ),
    );
  }

  async #join(
    wanted: Array<{ entity: Entity; environment: string; release: Release }>,
    found: PlannedEdits[],
    staged: StagedRepositories,
  ): Promise<JointEdits> {
    // What a later member changed may be what an earlier one had pinned.
    for (const member of wanted.slice(0, -1)) {
      const { edits } = await this.#editsOf(member, staged);
      if (edits.length > 0)
        throw new ConflictError(
          `${stringifyEntityRef(
            member.entity,
          )} and another service of the train pin the same place of ${
            edits[0].path
          } to different digests; promote them one after the other`,
        );
    }
    const files = joinFiles(found.flatMap(({ edits }) => edits));
    const joined = new Map(files.map(file => [fileKey(file), file]));
    const bases = new Map(
      found
        .flatMap(({ base }) => base)
        .map(base => [JSON.stringify([base.repo, base.branch]), base]),
    );
    return {
      base: [...bases.values()],
      files,
      members: found.map(member => ({
        ...member,
        edits: member.edits.map(edit => ({
          ...joined.get(fileKey(edit))!,
          repo: edit.repo,
          applications: edit.applications,
        })),
      })),
    };
  }
}

/** An error tells whose it is. */
async function named<T>(entity: Entity, plan: () => Promise<T>): Promise<T> {
  try {
    return await plan();
  } catch (error) {
    throw new ForwardedError(
      `${stringifyEntityRef(
        entity,
      )} can't be promoted, and so its train does not go`,
      error,
    );
  }
}

function commitsOf(plans: TrainPlan['members']): TrainPlan['commits'] {
  const commits = new Map<string, TrainPlan['commits'][number]>();
  for (const { entityRef, edits } of plans)
    for (const { repo, branch } of edits) {
      const key = JSON.stringify([repositoryKey(repo), branch]);
      const commit = commits.get(key) ?? { repo, branch, entityRefs: [] };
      if (!commit.entityRefs.includes(entityRef))
        commit.entityRefs.push(entityRef);
      commits.set(key, commit);
    }
  return [...commits.values()];
}

function problemsOf(
  commits: TrainPlan['commits'],
  environment: string,
): Problem[] {
  if (commits.length < 2) return [];
  return [
    {
      code: 'train-several-commits',
      environment,
      message: `These services are pinned in ${commits.length} repositories or branches, so the train is ${commits.length} commits: git can't take them as one.`,
      remedy:
        'All are planned and gated together. If one repository refuses its commit, the others keep theirs: retry or roll back the train then.',
    },
  ];
}
