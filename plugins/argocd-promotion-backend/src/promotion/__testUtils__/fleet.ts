import { Entity } from '@backstage/catalog-model';
import { gitBlobId, PlanEditsOptions, PlannedEdits } from '../../manifests';
import { DeployedApplication, ResolvedPipeline } from '../../deployments/types';
import { createRelease } from '../../deployments/release';
import { applicationKey } from '../types';
import { MemoryGit } from './MemoryGit';
import { IMAGE, World } from './world';
import { digestOf } from './samples';

const pinOf = (name: string, environment: string) =>
  `${name}/overlays/${environment}/pin`;

/** Many services with two environments each, whose files are in one repository. Argo CD follows the head by `settleAll`. */
export class Fleet extends World {
  readonly entities: Entity[];
  readonly fleet = new Map<string, Record<string, DeployedApplication>>();
  readonly #listeners = new Set<(keys: string[]) => void>();

  constructor(size: number) {
    super();
    this.entities = Array.from({ length: size }, (_, index) => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: `service-${index}`, namespace: 'default' },
      spec: { type: 'service', owner: 'group:default/payments' },
    }));
    const files: Record<string, string> = {};
    for (const { metadata } of this.entities) {
      files[pinOf(metadata.name, 'dev')] = `${IMAGE}@${digestOf('2')}\n`;
      files[pinOf(metadata.name, 'staging')] = `${IMAGE}@${digestOf('1')}\n`;
    }
    this.git.push('main', files, 'The fleet');
    for (const { metadata } of this.entities)
      this.fleet.set(
        metadata.name,
        Object.fromEntries(
          ['dev', 'staging'].map(environment => {
            const deployed = structuredClone(this.applications[environment]);
            deployed.application.metadata.name = `${metadata.name}-${environment}`;
            deployed.application.spec.source!.path = `${metadata.name}/overlays/${environment}`;
            return [environment, deployed];
          }),
        ),
      );
  }

  /** The repository that pins it in staging. */
  gitOf(_name: string): MemoryGit {
    return this.git;
  }

  /** Where staging pins a service. */
  pinFile(name: string): string {
    return pinOf(name, 'staging');
  }

  /** What pins it there; the digest is the first group. */
  pinLine(_name: string): RegExp {
    return /(sha256:\w+)/;
  }

  /** Dev of a service runs another digest. */
  release(name: string, digest: string) {
    this.git.push(
      'main',
      { [pinOf(name, 'dev')]: `${IMAGE}@${digest}\n` },
      `Release of ${name}`,
    );
    this.fleet.get(name)!.dev.images[0].digest = digest;
  }

  pinned(name: string): string {
    return this.pinLine(name).exec(
      this.gitOf(name).text('main', this.pinFile(name)),
    )![1];
  }

  /** Argo CD has compared the head everywhere, and the Pods run what is pinned there. */
  settleAll() {
    const keys: string[] = [];
    for (const [name, environments] of this.fleet) {
      const deployed = environments.staging;
      const { status } = deployed.application;
      const revision = this.gitOf(name).branches.get('main')!;
      if (status!.sync!.revision === revision) continue;
      status!.sync = { status: 'Synced', revision };
      status!.operationState = {
        phase: 'Succeeded',
        startedAt: new Date().toISOString(),
        finishedAt: new Date().toISOString(),
        syncResult: { revision },
      };
      deployed.images[0].digest = this.pinned(name);
      keys.push(
        applicationKey({ instance: 'main', ...deployed.application.metadata }),
      );
    }
    for (const listener of this.#listeners) listener(keys);
  }

  override resolve(entity: Entity): ResolvedPipeline {
    const { name } = entity.metadata;
    const entityRef = `component:default/${name}`;
    return {
      entityRef,
      pipeline: { name: 'default', environments: this.environments },
      deployments: this.environments.map(environment => {
        const deployed = this.fleet.get(name)![environment.name];
        const { digest } = deployed.images[0];
        return {
          entityRef,
          environment,
          applications: [deployed],
          ...(digest
            ? { release: createRelease([{ repository: IMAGE, digest }]) }
            : {}),
        };
      }),
      problems: [],
      lookedFor: [],
    };
  }

  override onApplicationsChanged(listener: (keys: string[]) => void) {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  override getApplication(key: { name: string }) {
    const at = key.name.lastIndexOf('-');
    return this.fleet.get(key.name.slice(0, at))?.[key.name.slice(at + 1)];
  }

  override readonly planEdits = async (
    options: PlanEditsOptions,
  ): Promise<PlannedEdits> => {
    // Another plan may be made on top of this one.
    const [{ name }] = options.applications;
    const service = name.slice(0, name.lastIndexOf('-'));
    const git = options.getRepository(this.gitOf(service).url)!;
    const commit = await git.getBranchHead('main');
    const path = this.pinFile(service);
    const file = await git.readFile({ commit, path });
    const text = Buffer.from(file.content).toString();
    const [pin, pinned] = this.pinLine(service).exec(text)!;
    const from = { digest: pinned };
    const { digest } = options.images[0];
    const after = Buffer.from(text.replace(pin, pin.replace(pinned, digest)));
    const where = { repo: git.url, branch: 'main' };
    const edit = {
      ...where,
      path,
      before: file.content,
      after,
      blobBefore: file.blob,
      blobAfter: gitBlobId(after),
      patch: `-${text}+${after}`,
      where: ['pin'],
      applications: [name],
    };
    return {
      base: [{ ...where, commit }],
      edits: from.digest === digest ? [] : [edit],
      changes: [{ repository: IMAGE, from, to: { digest } }],
    };
  };
}

/** A fleet whose pins in staging are lines of one file. */
export class SharedFleet extends Fleet {
  constructor(size: number, readonly samePin = false) {
    super(size);
    const lines = this.entities.map(
      ({ metadata }) => `${metadata.name}=${IMAGE}@${digestOf('1')}\n`,
    );
    this.git.push('main', { 'staging/pins': lines.join('') }, 'One file');
  }

  override pinFile(): string {
    return 'staging/pins';
  }

  override pinLine(name: string): RegExp {
    const line = this.samePin ? 'service-0' : name;
    return new RegExp(`^${line}=.*(sha256:\\w+)$`, 'm');
  }
}

/** A fleet whose last service is pinned in a repository of its own. */
export class SplitFleet extends Fleet {
  readonly other: MemoryGit;
  readonly #last: string;

  constructor(size: number) {
    super(size);
    this.#last = this.entities.at(-1)!.metadata.name;
    this.other = new MemoryGit(
      { [pinOf(this.#last, 'staging')]: `${IMAGE}@${digestOf('1')}\n` },
      'https://git.example.com/acme/other.git',
    );
    this.repositories.push(this.other);
    const { staging } = this.fleet.get(this.#last)!;
    staging.application.spec.source!.repoURL = this.other.url;
  }

  override gitOf(name: string): MemoryGit {
    return name === this.#last ? this.other : this.git;
  }
}
