import { PipelineView } from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  ago,
  application,
  digestOf,
  environment,
  offer,
  pipeline,
  release,
  summary,
} from './fixtures';

const LONG = 'recommendation-engine-personalised-checkout-orchestrator-service';

/** Pipelines that show every state of the page. */
export const scenes: Record<string, PipelineView> = {
  usual: pipeline(),
  promoting: pipeline({
    environments: [
      environment('dev', 'c3a90b17', '2.0.0'),
      environment('staging', '51ec671a', '1.9.0', {
        promotesFrom: ['dev'],
        lag: { from: 'dev', releases: 1 },
        promotion: summary({
          state: 'syncing',
          message: 'Waits for Argo CD to sync checkout-staging to 8f1d4ae',
          endedAt: undefined,
          createdAt: ago(1),
        }),
        offers: [
          offer('dev', {
            allowed: false,
            state: 'active',
            reason: 'A promotion is under way.',
          }),
        ],
      }),
      environment('prod', '76dfd558', '1.8.0', {
        promotesFrom: ['staging'],
        autoPromote: true,
        autoPromoteWaits: 'A promotion is under way: Approval: 0 of 1',
        hold: {
          entityRef: 'component:default/checkout',
          environment: 'prod',
          heldBy: 'user:default/mara',
          at: ago(300),
          reason: 'Black Friday',
        },
        mayHold: true,
        promotion: summary({
          id: 'p-2',
          environment: 'prod',
          from: 'staging',
          state: 'waiting',
          message:
            'Approval: 0 of 1; asked of group:default/payments, not of who asked',
          release: release('51ec671a', '1.9.0'),
          delivery: 'pull-request',
          commit: undefined,
          endedAt: undefined,
          createdAt: ago(4),
        }),
        offers: [
          offer('staging', {
            state: 'active',
            allowed: false,
            gates: [
              {
                kind: 'any',
                title: 'Sync window or On call agrees',
                state: 'pending',
                reason: 'Sync window: closed; On call agrees: status is 404',
                opensAt: ago(-95),
                gates: [
                  {
                    kind: 'sync-windows',
                    title: 'Sync window',
                    state: 'pending',
                    reason: 'closed',
                    opensAt: ago(-95),
                  },
                  {
                    kind: 'http',
                    title: 'On call agrees',
                    state: 'blocked',
                    reason: 'status is 404',
                  },
                ],
              },
              {
                kind: 'approval',
                title: 'Approval',
                state: 'pending',
                reason:
                  '0 of 1; asked of group:default/payments, not of who asked',
              },
            ],
          }),
        ],
      }),
    ],
  }),
  troubled: pipeline({
    environments: [
      environment('dev', 'c3a90b17', '2.0.0', {
        applications: [
          application('dev', 'c3a90b17', '2.0.0', {
            sync: {
              status: 'OutOfSync',
              revisions: ['72c22fa0'.padEnd(40, '0')],
            },
            operation: {
              phase: 'Running',
              message:
                'one or more synchronization tasks completed unsuccessfully. Retrying attempt #3 at 2:05PM.',
              startedAt: ago(4),
              finishedAt: ago(1),
              revisions: ['72c22fa0'.padEnd(40, '0')],
              retry: { count: 3, limit: 5, nextAt: ago(-5) },
              failing: true,
              hooks: [
                {
                  kind: 'Job',
                  name: 'migrate',
                  hookType: 'PreSync',
                  phase: 'Failed',
                  message: 'Job has reached the specified backoff limit',
                },
              ],
              initiatedBy: { automated: true, selfHeal: false },
            },
          }),
        ],
      }),
      environment('staging', '51ec671a', '1.9.0', {
        promotesFrom: ['dev'],
        offers: [
          offer('dev', {
            allowed: false,
            state: 'refused',
            reason: 'dev is failing to sync.',
            gates: [
              {
                kind: 'health',
                title: 'Health',
                state: 'blocked',
                reason: 'migrate failed in dev',
              },
            ],
          }),
        ],
        applications: [
          application('staging', '51ec671a', '1.9.0', {
            sync: { status: 'Unknown', revisions: [] },
            conditions: [
              {
                type: 'ComparisonError',
                message: 'overlays/stagin: app path does not exist',
              },
            ],
          }),
        ],
      }),
      environment('prod', '76dfd558', '1.8.0', {
        promotesFrom: ['staging'],
        lag: { from: 'staging', releases: 1 },
        offers: [
          offer('staging', {
            state: 'unknown',
            release: undefined,
            allowed: false,
          }),
        ],
        applications: [
          application('prod', '76dfd558', '1.8.0', {
            sync: {
              status: 'OutOfSync',
              revisions: ['77df51c0'.padEnd(40, '0')],
            },
            drift: { differs: 3, missing: 1, extra: 0 },
            automated: { enabled: true, selfHeal: false, prune: false },
            images: [
              {
                repository: 'registry.example.com/shop/checkout',
                tag: '1.8.0',
                digest: digestOf('76dfd558'),
                source: 'pod',
                pods: { total: 3, matching: 2, others: [digestOf('51ec671a')] },
              },
              {
                repository: 'docker.io/envoyproxy/envoy',
                tag: 'v1.31',
                source: 'spec',
              },
            ],
            staleSince: ago(12),
            staleReason: 'the Instance main does not answer',
          }),
        ],
      }),
    ],
    problems: [
      {
        code: 'instance-stale',
        message: 'Instance main cannot be read since 12 min.',
        remedy:
          'Its Applications are shown as they were then. Ask your platform team.',
      },
    ],
  }),
  'long names': pipeline({
    environments: [
      'development-europe',
      'integration',
      'staging-europe-west',
      'canary',
      'production-europe-west',
    ].map((name, index, all) =>
      environment(
        name,
        `${index}abc9b17`,
        `2.0.${index}-rc.1+build.20261123.very.long`,
        {
          promotesFrom: index > 0 ? [all[index - 1]] : [],
          offers: index > 0 ? [offer(all[index - 1])] : [],
          lag:
            index > 0 ? { from: all[index - 1], releases: index } : undefined,
          applications: ['api', 'worker'].map(part =>
            application(name, `${index}abc9b17`, '2.0.0', {
              name: `${LONG}-${part}-${name}`,
            }),
          ),
        },
      ),
    ),
  }),
  'several upstreams': pipeline({
    environments: [
      environment('dev', 'c3a90b17', '2.0.0'),
      environment('perf', 'c3a90b17', '2.0.0', {
        promotesFrom: ['dev'],
        offers: [offer('dev', { state: 'unchanged', allowed: false })],
      }),
      environment('staging', '51ec671a', '1.9.0', {
        promotesFrom: ['dev', 'perf'],
        offers: [
          offer('dev'),
          offer('perf', {
            allowed: false,
            state: 'refused',
            reason: 'perf has not verified it.',
          }),
        ],
      }),
    ],
  }),
  empty: pipeline({
    environments: [],
    recentPromotions: [],
    lookedFor: [
      'argocd/app-name',
      'argocd/app-selector',
      'argocd/project-name',
      'backstage.io/kubernetes-id',
    ],
    problems: [
      {
        code: 'no-application-found',
        message: 'No Application found.',
        remedy: 'Add an annotation.',
      },
    ],
  }),
  'no environments configured': pipeline({
    environments: [
      environment('dev', 'c3a90b17', '2.0.0'),
      environment('prod', '76dfd558', '1.8.0'),
    ],
    problems: [
      {
        code: 'no-environments-configured',
        message: 'Promotion is off: no environments are configured.',
        remedy:
          'Add them to app-config.yaml:\nargocdPromotion:\n  environments:\n    - name: dev\n      match: { labels: { environment: dev } }',
      },
      {
        code: 'claim-only',
        message: 'checkout-prod is only claimed by an annotation.',
        remedy:
          'Add this label to the Application:\nlabels:\n  argocd-promotion.fairway.dev/entity: checkout',
        environment: 'prod',
      },
    ],
  }),
};
