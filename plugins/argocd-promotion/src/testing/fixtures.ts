import {
  ApplicationDrift,
  ApplicationView,
  DriftEpisode,
  DriftOverview,
  EnvironmentView,
  PipelineView,
  Plan,
  Promotion,
  PromotionOffer,
  PromotionSummary,
  RenderedApplication,
  RenderedDifference,
  Release,
} from '@fairway/backstage-plugin-argocd-promotion-common';

/** Data in the backend's shape, for tests and for looking at the components. */

/** The moment at which the fixtures happen. */
export const NOW = Date.parse('2026-11-23T14:00:00Z');

export const ago = (minutes: number) =>
  new Date(NOW - minutes * 60_000).toISOString();

export const digestOf = (start: string) => `sha256:${start.padEnd(64, '0')}`;

export function release(start: string, tag?: string): Release {
  return {
    id: start.padEnd(64, 'f'),
    images: [
      {
        repository: 'registry.example.com/shop/checkout',
        digest: digestOf(start),
        tag,
      },
    ],
  };
}

export function application(
  stage: string,
  start: string,
  tag: string,
  rest: Partial<ApplicationView> = {},
) {
  const view: ApplicationView = {
    instance: 'main',
    namespace: 'argocd',
    name: `checkout-${stage}`,
    project: 'shop',
    url: `https://argocd.example.com/applications/argocd/checkout-${stage}`,
    binding: {
      kind: 'proof',
      reason: 'The Application’s label names the entity',
    },
    sync: {
      status: 'Synced',
      revisions: ['a1091ce0'.padEnd(40, '0')],
      comparedAt: ago(3),
    },
    health: { status: 'Healthy' },
    operation: {
      phase: 'Succeeded',
      startedAt: ago(14),
      finishedAt: ago(13.5),
      revisions: ['a1091ce0'.padEnd(40, '0')],
      failing: false,
      hooks: [
        {
          kind: 'Job',
          name: 'migrate',
          hookType: 'PreSync',
          phase: 'Succeeded',
        },
        {
          kind: 'Job',
          name: 'smoke',
          hookType: 'PostSync',
          phase: 'Succeeded',
        },
      ],
      initiatedBy: { automated: true, selfHeal: false },
    },
    images: [
      {
        repository: 'registry.example.com/shop/checkout',
        tag,
        digest: digestOf(start),
        source: 'pod',
        pods: { total: 2, matching: 2, others: [] },
      },
    ],
    drift: { differs: 0, missing: 0, extra: 0 },
    conditions: [],
    automated: { enabled: true, selfHeal: true, prune: true },
    sources: [
      {
        repoURL: 'https://git.example.com/shop/checkout-deploy.git',
        path: stage,
        targetRevision: 'main',
      },
    ],
    lastChange: {
      revision: '8f1d4ae0'.padEnd(40, '0'),
      own: true,
      deployedAt: ago(120),
      author: 'Ana Lima <ana@example.com>',
      message: 'Retry card authorisation once',
      url: 'https://git.example.com/shop/checkout-deploy/commit/8f1d4ae',
    },
    ...rest,
  };
  return view;
}

export function offer(
  from: string,
  rest: Partial<PromotionOffer> = {},
): PromotionOffer {
  return {
    from,
    release: release('c3a90b17', '2.0.0'),
    allowed: true,
    state: 'available',
    gates: [
      {
        kind: 'health',
        title: 'Health',
        state: 'passed',
        reason: `${from} is healthy`,
      },
    ],
    delivery: 'commit',
    ...rest,
  };
}

export function environment(
  name: string,
  start: string,
  tag: string,
  rest: Partial<EnvironmentView> = {},
): EnvironmentView {
  return {
    name,
    promotesFrom: [],
    applications: [application(name, start, tag)],
    release: release(start, tag),
    releaseSince: ago(120),
    drift: { differs: 0, missing: 0, extra: 0 },
    offers: [],
    ...rest,
  };
}

export function summary(
  rest: Partial<PromotionSummary> = {},
): PromotionSummary {
  return {
    id: 'p-1',
    entityRef: 'component:default/checkout',
    environment: 'staging',
    from: 'dev',
    state: 'succeeded',
    message: 'Every pod of staging runs c3a90b17',
    release: release('c3a90b17', '2.0.0'),
    delivery: 'commit',
    requestedBy: 'user:default/ana',
    createdAt: ago(20),
    updatedAt: ago(19),
    endedAt: ago(19),
    commit: {
      sha: '8f1d4ae0'.padEnd(40, '0'),
      url: 'https://git.example.com/shop/checkout-deploy/commit/8f1d4ae',
    },
    applicationUrls: [
      'https://argocd.example.com/applications/argocd/checkout-staging',
    ],
    ...rest,
  };
}

export function plan(rest: Partial<Plan> = {}): Plan {
  const repo = 'https://git.example.com/shop/checkout-deploy.git';
  return {
    hash: 'a'.repeat(64),
    entityRef: 'component:default/checkout',
    environment: 'staging',
    from: 'dev',
    base: [{ repo, branch: 'main', commit: '8f1d4ae0'.padEnd(40, '0') }],
    edits: [
      {
        repo,
        branch: 'main',
        path: 'overlays/staging/kustomization.yaml',
        patch: `--- a/overlays/staging/kustomization.yaml\n+++ b/overlays/staging/kustomization.yaml\n@@ -7,4 +7,4 @@\n images:\n   - name: registry.example.com/shop/checkout # promoted by commit only\n-    newTag: "1.9.0"\n-    digest: ${digestOf(
          '51ec671a',
        )}\n+    newTag: "2.0.0"\n+    digest: ${digestOf('c3a90b17')}\n`,
        blobBefore: 'b'.repeat(40),
        blobAfter: 'c'.repeat(40),
      },
    ],
    release: release('c3a90b17', '2.0.0'),
    replaces: release('51ec671a', '1.9.0'),
    changes: [
      {
        repository: 'registry.example.com/shop/checkout',
        from: { tag: '1.9.0', digest: digestOf('51ec671a') },
        to: { tag: '2.0.0', digest: digestOf('c3a90b17') },
      },
    ],
    gates: [
      {
        kind: 'health',
        title: 'Health',
        state: 'passed',
        reason: 'dev is healthy',
      },
    ],
    delivery: 'commit',
    problems: [],
    ...rest,
  };
}

export function rendered(
  rest: Partial<RenderedApplication> = {},
): RenderedDifference {
  const image = 'registry.example.com/shop/checkout';
  return {
    applications: [
      {
        instance: 'main',
        namespace: 'argocd',
        name: 'checkout-staging',
        state: 'computed',
        objects: [
          {
            group: 'apps',
            kind: 'Deployment',
            namespace: 'shop-staging',
            name: 'checkout',
            change: 'changed',
            patch: `--- a/Deployment/checkout\n+++ b/Deployment/checkout\n@@ -12,3 +12,3 @@\n       containers:\n-        - image: ${image}:1.9.0@${digestOf(
              '51ec671a',
            )}\n+        - image: ${image}:2.0.0@${digestOf(
              'c3a90b17',
            )}\n           name: checkout\n`,
          },
          {
            kind: 'Secret',
            namespace: 'shop-staging',
            name: 'database',
            change: 'changed',
            omitted: 'hidden',
          },
        ],
        ...rest,
      },
    ],
  };
}

export function promotion(rest: Partial<Promotion> = {}): Promotion {
  return {
    ...summary(),
    plan: plan(),
    gates: plan().gates,
    approvals: [],
    events: [
      {
        sequence: 1,
        at: ago(20),
        state: 'waiting',
        message: 'Asked for',
        actor: 'user:default/ana',
      },
      {
        sequence: 2,
        at: ago(19.5),
        state: 'syncing',
        message: 'Committed as 8f1d4ae',
      },
      {
        sequence: 3,
        at: ago(19),
        state: 'succeeded',
        message: 'Every pod of staging runs c3a90b17',
      },
    ],
    ...rest,
  };
}

export function pipeline(rest: Partial<PipelineView> = {}): PipelineView {
  return {
    entityRef: 'component:default/checkout',
    pipeline: 'default',
    asOf: ago(0),
    environments: [
      environment('dev', 'c3a90b17', '2.0.0'),
      environment('staging', '51ec671a', '1.9.0', {
        promotesFrom: ['dev'],
        lag: { from: 'dev', releases: 1 },
        offers: [offer('dev')],
      }),
      environment('prod', '76dfd558', '1.8.0', {
        promotesFrom: ['staging'],
        lag: { from: 'staging', releases: 2 },
        offers: [
          offer('staging', {
            release: release('51ec671a', '1.9.0'),
            allowed: false,
            reason: 'Only owners of checkout may promote to prod.',
            state: 'refused',
            gates: [
              {
                kind: 'health',
                title: 'Health',
                state: 'passed',
                reason: 'staging is healthy',
              },
              {
                kind: 'approval',
                title: 'Approval',
                state: 'pending',
                reason: '0 of 1',
              },
            ],
            delivery: 'pull-request',
          }),
        ],
      }),
    ],
    recentPromotions: [
      summary(),
      summary({
        id: 'p-0',
        state: 'failed',
        message: 'migrate (PreSync hook) failed 5 times',
        createdAt: ago(1500),
        endedAt: ago(1490),
      }),
    ],
    problems: [],
    lookedFor: [],
    ...rest,
  };
}

/** What differs in an Application that people have edited by hand. */
export const drift: ApplicationDrift = {
  comparedAt: ago(1),
  resources: [
    {
      group: 'apps',
      kind: 'Deployment',
      namespace: 'checkout-prod',
      name: 'checkout',
      difference: 'differs',
      fields: [
        {
          path: 'spec.template.spec.containers[checkout].env[LOG_LEVEL].value',
          difference: 'changed',
          git: 'info',
          live: 'trace',
          changedBy: { manager: 'kubectl-set', at: ago(90) },
        },
        {
          path: 'spec.template.spec.containers[checkout].resources.limits.memory',
          difference: 'removed',
          git: '512Mi',
        },
      ],
    },
    {
      kind: 'Secret',
      namespace: 'checkout-prod',
      name: 'checkout-db-credentials-for-the-european-region',
      difference: 'differs',
      fields: [
        { path: 'data.password', difference: 'changed', hidden: 'secret' },
      ],
    },
    {
      kind: 'ConfigMap',
      namespace: 'checkout-prod',
      name: 'checkout-settings',
      difference: 'differs',
      fields: [
        {
          path: 'data["feature.flags/by-hand"]',
          difference: 'added',
          live: 'everything-on',
          changedBy: { manager: 'kubectl-edit', at: ago(3000) },
        },
      ],
      more: 12,
    },
    {
      kind: 'Service',
      namespace: 'checkout-prod',
      name: 'checkout',
      difference: 'missing',
      fields: [],
    },
  ],
};

const driftingApplication = {
  instance: 'main',
  namespace: 'argocd',
  name: 'checkout-prod',
};
const driftingDeployment = {
  group: 'apps',
  kind: 'Deployment',
  namespace: 'checkout-prod',
  name: 'checkout',
};

export const driftEpisodes: DriftEpisode[] = [
  {
    id: '0f6c2f8e-2a2b-4b60-8a55-6a0a6f6d0f01',
    application: driftingApplication,
    environment: 'prod',
    resource: driftingDeployment,
    difference: 'differs',
    cause: 'cluster',
    startedAt: ago(90),
    fields: drift.resources[0].fields,
    changes: 2,
  },
  {
    id: '0f6c2f8e-2a2b-4b60-8a55-6a0a6f6d0f02',
    application: driftingApplication,
    environment: 'prod',
    resource: driftingDeployment,
    difference: 'differs',
    cause: 'cluster',
    startedAt: ago(300),
    endedAt: ago(299),
    ended: 'self-heal',
    fields: [
      {
        path: 'spec.replicas',
        difference: 'changed',
        git: '3',
        live: '7',
        changedBy: { manager: 'kube-controller-manager', at: ago(300) },
      },
    ],
    changes: 0,
  },
  {
    id: '0f6c2f8e-2a2b-4b60-8a55-6a0a6f6d0f03',
    application: { ...driftingApplication, name: 'checkout-staging' },
    environment: 'staging',
    resource: { kind: 'ConfigMap', name: 'checkout-settings' },
    difference: 'differs',
    cause: 'cluster',
    startedAt: ago(5000),
    endedAt: ago(4800),
    ended: 'sync',
    fields: [],
    changes: 0,
  },
];

export const driftOverview: DriftOverview = {
  entityRef: 'component:default/checkout',
  repeated: { count: 3, windowHours: 24 },
  environments: ['dev', 'staging', 'prod'].map(name => ({
    name,
    repeated:
      name === 'prod'
        ? [
            {
              application: driftingApplication,
              environment: 'prod',
              resource: driftingDeployment,
              path: 'spec.replicas',
              count: 7,
              firstAt: ago(1200),
              lastAt: ago(300),
              fight: {
                managers: ['kube-controller-manager'],
                explanation:
                  'A HorizontalPodAutoscaler (kube-controller-manager) sets spec.replicas of Deployment checkout, and git sets replicas too: self-heal of Argo CD sets it back',
                remedy:
                  'Take replicas out of the manifest in git, or have Argo CD ignore it',
                ignoreDifferences:
                  'spec:\n  ignoreDifferences:\n    - group: apps\n      kind: Deployment\n      name: checkout\n      jsonPointers:\n        - /spec/replicas\n  syncPolicy:\n    syncOptions:\n      - RespectIgnoreDifferences=true\n',
              },
            },
          ]
        : [],
    mutes:
      name === 'prod'
        ? [
            {
              id: '1f6c2f8e-2a2b-4b60-8a55-6a0a6f6d0f01',
              entityRef: 'component:default/checkout',
              environment: 'prod',
              resource: { kind: 'ConfigMap', name: 'checkout-settings' },
              reason: 'Load test until Friday',
              mutedBy: 'user:default/ana.lima',
              mutedAt: ago(600),
              until: new Date(NOW + 3 * 86_400_000).toISOString(),
            },
          ]
        : [],
    mayMute: { allowed: true },
    maySync:
      name === 'prod'
        ? {
            allowed: false,
            reason:
              'The permission argocd-promotion.application.sync is denied for component:default/checkout in prod',
          }
        : { allowed: true },
  })),
  days: [1, 2, 5, 8, 9, 10, 30, 45, 80].map((day, i) => ({
    date: ago(day * 1440).slice(0, 10),
    environment: i % 3 ? 'prod' : 'staging',
    episodes: [1, 2, 14, 3, 1, 6, 2, 1, 4][i],
    healed: i % 2,
  })),
};
