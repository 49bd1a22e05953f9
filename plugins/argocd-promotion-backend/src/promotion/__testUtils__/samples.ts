import { Plan } from '@fairway/backstage-plugin-argocd-promotion-common';
import { randomUUID } from 'node:crypto';
import { StoredPromotion } from '../types';

export const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;

export function samplePlan(overrides: Partial<Plan> = {}): Plan {
  return {
    hash: 'a'.repeat(64),
    entityRef: 'component:default/checkout',
    environment: 'staging',
    from: 'dev',
    base: [
      {
        repo: 'https://git.example.com/acme/deploy.git',
        branch: 'main',
        commit: '1'.repeat(40),
      },
    ],
    edits: [
      {
        repo: 'https://git.example.com/acme/deploy.git',
        branch: 'main',
        path: 'overlays/staging/kustomization.yaml',
        patch: '--- a\n+++ b\n',
        blobBefore: 'b'.repeat(40),
        blobAfter: 'c'.repeat(40),
      },
    ],
    release: {
      id: 'd'.repeat(64),
      images: [
        { repository: 'registry.example.com/checkout', digest: digestOf('2') },
      ],
    },
    replaces: {
      id: 'e'.repeat(64),
      images: [
        { repository: 'registry.example.com/checkout', digest: digestOf('1') },
      ],
    },
    changes: [
      {
        repository: 'registry.example.com/checkout',
        from: { digest: digestOf('1') },
        to: { tag: '1.1.0', digest: digestOf('2') },
      },
    ],
    gates: [],
    delivery: 'commit',
    problems: [],
    ...overrides,
  };
}

export function samplePromotion(
  overrides: Partial<StoredPromotion> = {},
): StoredPromotion {
  const plan = overrides.plan ?? samplePlan();
  const at = overrides.createdAt ?? '2026-11-23T10:00:00.000Z';
  return {
    id: randomUUID(),
    entityRef: 'component:default/checkout',
    environment: 'staging',
    from: 'dev',
    state: 'waiting',
    message: 'Requested',
    release: plan.release,
    plan,
    delivery: 'commit',
    requestedBy: 'user:default/ana.lima',
    owner: 'group:default/payments',
    createdAt: at,
    updatedAt: at,
    stateSince: at,
    gates: [],
    deliveries: [
      { repo: 'https://git.example.com/acme/deploy.git', branch: 'main' },
    ],
    applications: [
      {
        instance: 'main',
        namespace: 'argocd',
        name: 'checkout-staging',
        project: 'shop',
        renders: [
          { repo: 'https://git.example.com/acme/deploy.git', branch: 'main' },
        ],
        images: ['registry.example.com/checkout'],
      },
    ],
    notes: {},
    ...overrides,
  };
}
