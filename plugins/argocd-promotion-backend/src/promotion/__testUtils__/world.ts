import { Entity } from '@backstage/catalog-model';
import { EnvironmentConfig } from '../../config/types';
import { createRelease } from '../../deployments/release';
import {
  DeployedApplication,
  Deployment,
  DeploymentService,
  ResolvedPipeline,
} from '../../deployments/types';
import { gitBlobId, PlanEditsOptions, PlannedEdits } from '../../manifests';
import { applicationKey } from '../types';
import { MemoryGit } from './MemoryGit';
import { digestOf } from './samples';

export const IMAGE = 'registry.example.com/checkout';
export const pin = (environment: string) => `overlays/${environment}/pin`;

export const entity: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'checkout',
    namespace: 'default',
    annotations: { 'backstage.io/kubernetes-id': 'checkout' },
  },
  spec: { type: 'service', owner: 'group:default/payments' },
};

export function environmentConfig(
  name: string,
  overrides: Partial<EnvironmentConfig> = {},
): EnvironmentConfig {
  return {
    name,
    promotesFrom: [],
    match: {},
    delivery: 'commit',
    gates: [],
    approvals: { required: 0, groups: [] },
    promoters: [],
    onFailure: 'hold',
    ...overrides,
  };
}

/** Two environments whose Applications read one repository; a test moves them as Argo CD would. */
export class World implements DeploymentService {
  readonly git = new MemoryGit({
    [pin('dev')]: `${IMAGE}@${digestOf('2')}\n`,
    [pin('staging')]: `${IMAGE}@${digestOf('1')}\n`,
    README: 'hello\n',
  });
  /** All that a host answers for. */
  readonly repositories = [this.git];
  readonly environments = [
    environmentConfig('dev'),
    environmentConfig('staging', { promotesFrom: ['dev'] }),
  ];
  readonly applications: Record<string, DeployedApplication>;
  readonly #listeners = new Set<(keys: string[]) => void>();

  constructor() {
    this.applications = {
      dev: this.#application('dev', '2'),
      staging: this.#application('staging', '1'),
    };
  }

  /** Argo CD has compared the head, and the Pods run what is pinned there. */
  async settle(
    environment: string,
    change: (application: DeployedApplication) => void = () => {},
  ) {
    const head = await this.git.getBranchHead('main');
    const digest = this.git.text('main', pin(environment)).trim().split('@')[1];
    const deployed = this.applications[environment];
    deployed.application.status!.sync = { status: 'Synced', revision: head };
    deployed.application.status!.operationState = {
      phase: 'Succeeded',
      startedAt: new Date().toISOString(),
      finishedAt: new Date().toISOString(),
      syncResult: { revision: head },
    };
    deployed.images = [
      {
        repository: IMAGE,
        digest,
        source: 'pod',
        pods: { total: 2, matching: 2, others: [] },
      },
    ];
    change(deployed);
    this.changed(environment);
  }

  changed(environment: string) {
    const { instance, application } = this.applications[environment];
    const key = applicationKey({ instance, ...application.metadata });
    for (const listener of this.#listeners) listener([key]);
  }

  resolve(_entity: Entity): ResolvedPipeline {
    return {
      entityRef: 'component:default/checkout',
      pipeline: { name: 'default', environments: this.environments },
      deployments: this.environments.map(environment =>
        this.#deployment(environment),
      ),
      problems: [],
      lookedFor: [],
    };
  }

  onApplicationsChanged(listener: (keys: string[]) => void) {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  getApplication(key: { name: string }) {
    return Object.values(this.applications).find(
      ({ application }) => application.metadata.name === key.name,
    );
  }

  /** Stands for `planEdits`: a pin is a file of one line. */
  readonly planEdits = async (
    options: PlanEditsOptions,
  ): Promise<PlannedEdits> => {
    const commit = await this.git.getBranchHead('main');
    const path = pin(options.environment!);
    const before = this.git.text('main', path);
    const from = { digest: before.trim().split('@')[1].split(' ')[0] };
    const { digest } = options.images[0];
    const after = before.replace(from.digest, digest);
    const bytes = { before: Buffer.from(before), after: Buffer.from(after) };
    const where = { repo: this.git.url, branch: 'main' };
    const blobs = {
      blobBefore: gitBlobId(bytes.before),
      blobAfter: gitBlobId(bytes.after),
    };
    const applications = options.applications.map(({ name }) => name);
    const edit = {
      ...where,
      ...bytes,
      ...blobs,
      path,
      patch: `-${before}+${after}`,
      where: ['pin'],
      applications,
    };
    return {
      base: [{ ...where, commit }],
      edits: before === after ? [] : [edit],
      changes: [{ repository: IMAGE, from, to: { digest } }],
    };
  };

  #deployment(environment: EnvironmentConfig): Deployment {
    const application = this.applications[environment.name];
    const [{ digest }] = application.images;
    return {
      entityRef: 'component:default/checkout',
      environment,
      applications: [application],
      ...(digest
        ? { release: createRelease([{ repository: IMAGE, digest }]) }
        : {}),
    };
  }

  #application(environment: string, letter: string): DeployedApplication {
    const revision = this.git.branches.get('main')!;
    return {
      instance: 'main',
      binding: { kind: 'proof', reason: 'label' },
      images: [
        {
          repository: IMAGE,
          digest: digestOf(letter),
          source: 'pod',
          pods: { total: 2, matching: 2, others: [] },
        },
      ],
      application: {
        metadata: { name: `checkout-${environment}`, namespace: 'argocd' },
        spec: {
          project: 'shop',
          source: {
            repoURL: this.git.url,
            path: `overlays/${environment}`,
            targetRevision: 'main',
          },
          syncPolicy: { automated: {} },
        },
        status: {
          sync: { status: 'Synced', revision },
          health: {
            status: 'Healthy',
            lastTransitionTime: '2026-11-23T09:00:00Z',
          },
          operationState: {
            phase: 'Succeeded',
            finishedAt: '2026-11-23T09:00:00Z',
            syncResult: { revision },
          },
        },
      },
    };
  }
}
