import { Simulator, startSimulator } from '@fairway/argocd-simulator';

type SimulatorOptions = NonNullable<Parameters<typeof startSimulator>[0]>;

export const REPOSITORY = 'acme/deploy';
export const STAGING_FILE = 'overlays/staging/kustomization.yaml';

const deployment = (image: string, name = 'checkout') => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: ${name}
          image: ${image}
`;
/** A canary of four Pods: half of them, an analysis, then a pause until somebody continues if one is wanted. */
const rollout = (image: string, { pause }: { pause: boolean }) =>
  deployment(image)
    .replace('apps/v1', 'argoproj.io/v1alpha1')
    .replace('kind: Deployment', 'kind: Rollout')
    .replace(
      '  replicas: 2\n',
      `  replicas: 4
  strategy:
    canary:
      steps:
        - setWeight: 50
        - analysis: { templates: [{ templateName: success-rate }] }
${pause ? '        - pause: {}\n' : ''}`,
    );
const successRate = (
  image: string,
  command: string,
) => `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: success-rate
spec:
  metrics:
    - name: success-rate
      provider:
        job:
          spec:
            template:
              spec:
                containers:
                  - name: measure
                    image: ${image}
                    command: [sh, -c, "${command}"]
`;
const smoke = (image: string) => `apiVersion: batch/v1
kind: Job
metadata:
  name: smoke
  annotations:
    argocd.argoproj.io/hook: PostSync
    argocd.argoproj.io/hook-delete-policy: BeforeHookCreation
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: smoke
          image: ${image}
`;

/** The file that pins the image of an environment; promotions change the digest in it. */
export const overlay = (image: string, digest: string) => `resources:
  - ../../base
images:
  - name: ${image}
    digest: ${digest} # moved by promotion
`;

/** Accounts of the simulated Argo CD: `backstage` may do all, `watcher` may only look. */
const accounts = {
  backstage: { policies: [['*', '*', '*']] },
  watcher: {
    policies: [
      ['applications', 'get', '*'],
      ['projects', 'get', '*'],
    ],
  },
} satisfies SimulatorOptions['accounts'];

/** One service in two environments of a simulated Argo CD; dev runs a newer image than staging. */
export interface SimulatedShop {
  sim: Simulator;
  image: string;
  /** What staging runs. */
  old: { digest: string };
  /** What dev runs. */
  fresh: { digest: string };
  /** Configuration of a backend that promotes in it. */
  config(options?: {
    account?: keyof typeof accounts;
    /** Where the git host's API is asked, if not at the host itself. */
    gitUrl?: string;
    delivery?: 'commit' | 'pull-request';
    /** Write by git's own protocol, as to a server without an API. */
    push?: boolean;
    /** Who must approve. */
    approvers?: string[];
    timeouts?: Record<string, { seconds: number }>;
    onFailure?: 'hold' | 'rollback';
    gates?: object[];
  }): {
    integrations: object;
    argocdPromotion: object;
  };
  /** Presses Sync in Argo CD. */
  sync(application: string): Promise<void>;
}

export async function startShop(
  options: SimulatorOptions & {
    automated?: boolean;
    /** With a Rollout in the place of the Deployment; `analysis` is the command that measures. */
    rollout?: { pause?: boolean; analysis?: string };
    /** More services, whose files are in the same repository. */
    also?: string[];
    /** False: the test makes its own Application for staging. */
    staging?: boolean;
  } = {},
): Promise<SimulatedShop> {
  const {
    automated = true,
    staging = true,
    rollout: canary,
    also = [],
    ...settings
  } = options;
  const sim = await startSimulator({ speed: 50, accounts, ...settings });
  const image = `${sim.registry.host}/shop/checkout`;
  const old = sim.registry.push('shop/checkout', { tag: '1.0.0' });
  const fresh = sim.registry.push('shop/checkout', { tag: '1.1.0' });
  const check = sim.registry.push('shop/smoke', { tag: '1' });
  const others = Object.fromEntries(
    also.flatMap(name => {
      const own = `${sim.registry.host}/shop/${name}`;
      const before = sim.registry.push(`shop/${name}`, { tag: '1.0.0' });
      const after = sim.registry.push(`shop/${name}`, { tag: '1.1.0' });
      return [
        [`${name}/base/kustomization.yaml`, 'resources: [deployment.yaml]\n'],
        [`${name}/base/deployment.yaml`, deployment(own, name)],
        [`${name}/overlays/dev/kustomization.yaml`, overlay(own, after.digest)],
        [
          `${name}/overlays/staging/kustomization.yaml`,
          overlay(own, before.digest),
        ],
      ];
    }),
  );
  const { url } = await sim.git.createRepository(REPOSITORY, {
    files: {
      ...others,
      'base/kustomization.yaml': `resources:\n  - deployment.yaml\n  - smoke.yaml\n${
        canary ? '  - analysis.yaml\n' : ''
      }`,
      'base/deployment.yaml': canary
        ? rollout(image, { pause: canary.pause === true })
        : deployment(image),
      ...(canary
        ? {
            'base/analysis.yaml': successRate(
              check.reference,
              canary.analysis ?? 'true',
            ),
          }
        : {}),
      'base/smoke.yaml': smoke(check.reference),
      'overlays/dev/kustomization.yaml': overlay(image, fresh.digest),
      [STAGING_FILE]: overlay(image, old.digest),
    },
  });
  const sync = async (application: string) => {
    const answer = await fetch(
      `${sim.argocd.main.url}/api/v1/applications/${application}/sync`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${sim.tokens.backstage}`,
        },
        body: '{}',
      },
    );
    if (!answer.ok) throw new Error(`No sync: ${await answer.text()}`);
  };
  const deployed = ['checkout', ...also].flatMap(name =>
    (staging ? ['dev', 'staging'] : ['dev']).map(environment => ({
      name,
      environment,
    })),
  );
  for (const { name, environment } of deployed) {
    sim.argocd.main.createApplication({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: {
        name: `${name}-${environment}`,
        namespace: 'argocd',
        labels: { environment, 'backstage.io/kubernetes-id': name },
      },
      spec: {
        project: 'default',
        source: {
          repoURL: url,
          path: `${
            name === 'checkout' ? '' : `${name}/`
          }overlays/${environment}`,
          targetRevision: 'main',
        },
        destination: {
          server: 'https://kubernetes.default.svc',
          namespace: `${name}-${environment}`,
        },
        syncPolicy: {
          ...(automated ? { automated: { prune: true, selfHeal: true } } : {}),
          syncOptions: ['CreateNamespace=true'],
        },
      },
    });
  }
  await sim.argocd.main.settled({ timeoutMs: 30_000 });
  if (!automated) {
    for (const { name, environment } of deployed)
      await sync(`${name}-${environment}`);
    await sim.argocd.main.settled({ timeoutMs: 30_000 });
  }
  return {
    sim,
    image,
    old,
    fresh,
    sync,
    config: ({
      account = 'backstage',
      gitUrl,
      delivery,
      push,
      approvers,
      timeouts,
      onFailure,
      gates = [{ kind: 'health' }, { kind: 'hooks' }],
    } = {}) => ({
      integrations: push
        ? {}
        : {
            gitea: [
              {
                host: new URL(sim.git.url).host,
                baseUrl: gitUrl ?? sim.git.url,
                password: sim.git.tokens.backstage,
              },
            ],
          },
      argocdPromotion: {
        instances: [
          {
            name: 'main',
            url: sim.argocd.main.url,
            token: sim.tokens[account],
          },
        ],
        ...(push
          ? {
              gitServers: [
                {
                  host: new URL(sim.git.url).host,
                  username: 'backstage',
                  password: sim.git.tokens.backstage,
                },
              ],
            }
          : {}),
        ...(timeouts ? { timeouts } : {}),
        environments: [
          { name: 'dev', match: { labels: { environment: 'dev' } } },
          {
            name: 'staging',
            promotesFrom: ['dev'],
            delivery: delivery ?? 'commit',
            gates,
            ...(onFailure ? { onFailure } : {}),
            ...(approvers
              ? { approvals: { required: 1, groups: approvers } }
              : {}),
            match: { labels: { environment: 'staging' } },
          },
        ],
      },
    }),
  };
}

/** Commits on main that carry the trailer of a promotion. */
export async function commitsOf({ sim }: SimulatedShop, id: string) {
  const log = await sim.git.log(REPOSITORY, 'main');
  return log.filter(({ message }) =>
    message.split('\n').includes(`Promotion-Id: ${id}`),
  );
}
