import {
  EnvironmentRoots,
  RecoveryView,
  RootNode,
  RootSummary,
  RootsView,
  RootView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { ago } from './fixtures';

const LONG =
  'recommendation-engine-personalised-checkout-orchestrator-service-prod';

export function node(name: string, rest: Partial<RootNode> = {}): RootNode {
  const {
    kind = 'Application',
    instance = 'main',
    namespace = 'argocd',
  } = rest;
  return {
    kind,
    instance,
    namespace,
    name,
    id: `${kind}/${instance}/${namespace}/${name}`,
    state: 'live',
    wave: 0,
    children: 0,
    project: 'shop',
    sync: 'Synced',
    health: { status: 'Healthy' },
    notes: [],
    url: `https://argocd.example.com/applications/${namespace}/${name}`,
    ...rest,
  };
}

const under = (parent: RootNode, ...nodes: RootNode[]) =>
  nodes.map(each => ({ parent: parent.id, ...each }));

const missing = (name: string, wave = 0): RootNode => {
  const { sync, url, project, ...bare } = node(name, {
    state: 'missing',
    wave,
  });
  return { ...bare, health: { status: 'Missing' } };
};

export const waveProblem = {
  code: 'waves-without-effect',
  message:
    'The Applications under prod-root are in waves -10, 0, 5, 10, and no wave waits for the one before: Argo CD gives Applications no health unless it is told how, so each counts as done as soon as it is created.',
  remedy:
    "Add this to the ConfigMap argocd-cm of instance 'main':\n```yaml\ndata:\n  resource.customizations.health.argoproj.io_Application: |\n    hs = {}\n    return hs\n```",
  environment: 'prod',
};

/** A root with everything that can be said of what hangs under it. */
export function rootView(rest: Partial<RootView> = {}): RootView {
  const root = node('prod-root', {
    children: 8,
    environment: 'prod',
    project: 'environments',
  });
  const team = node('team-payments', { children: 2, wave: 5 });
  const set = node('previews', {
    kind: 'ApplicationSet',
    children: 2,
    wave: 0,
    health: undefined,
    url: undefined,
    project: undefined,
  });
  return {
    asOf: ago(0),
    partial: false,
    root,
    path: [],
    nodes: [
      ...under(root, node('platform-prod', { wave: -10 }), set),
      ...under(
        set,
        node('preview-1'),
        node('preview-2', { health: { status: 'Progressing' } }),
      ),
      ...under(root, team),
      ...under(
        team,
        node('checkout-prod', { sync: 'OutOfSync' }),
        node('ledger-prod', {
          operation: {
            phase: 'Running',
            failing: true,
            message:
              'one or more synchronization tasks completed unsuccessfully',
          },
        }),
      ),
      ...under(
        root,
        node(LONG, {
          wave: 10,
          health: { status: 'Degraded', message: 'Deployment has timed out' },
        }),
        node('retired-prod', { wave: 10, state: 'extra' }),
        missing('search-prod', 10),
        node('secret-prod', { wave: 10, state: 'unseen', health: undefined }),
        node('storefront-prod', {
          wave: 10,
          notes: [
            "It is listed by team-payments too: two Applications that manage one undo each other's changes.",
          ],
        }),
      ),
    ],
    waves: [{ of: root.id, waves: [-10, 0, 5, 10], effect: 'ineffective' }],
    problems: [waveProblem],
    ...rest,
  };
}

/** A root with so many children in three waves, some of them not well. */
export function largeRoot(amount = 500): RootView {
  const root = node('prod-root', { children: amount, environment: 'prod' });
  const nodes = Array.from({ length: amount }, (_, i) => {
    const wave = i < amount * 0.04 ? -10 : 10 * Number(i >= amount * 0.2);
    const name = `service-${String(i).padStart(3, '0')}-prod`;
    if (i % 97 === 13) return missing(name, wave);
    return node(i % 50 === 7 ? `${LONG}-${i}` : name, {
      wave,
      ...(i % 41 === 3 ? { health: { status: 'Degraded' as const } } : {}),
      ...(i % 29 === 5 ? { sync: 'OutOfSync' as const } : {}),
    });
  });
  return {
    asOf: ago(0),
    partial: false,
    root,
    path: [],
    nodes: under(root, ...nodes),
    waves: [{ of: root.id, waves: [-10, 0, 10], effect: 'ineffective' }],
    problems: [waveProblem],
  };
}

export function summary(
  name: string,
  rest: Partial<RootSummary> = {},
): RootSummary {
  return {
    ...node(name, { children: 8, project: 'environments' }),
    path: [],
    counts: { total: 8, missing: 0, extra: 0, outOfSync: 0, unhealthy: 0 },
    waves: 'none',
    ...rest,
  };
}

const wellRecovered = (name: string): RecoveryView => ({
  start: [{ kind: 'Application', instance: 'main', namespace: 'argocd', name }],
  reachable: {
    applications: 9,
    applicationSets: 0,
    appProjects: 4,
    namespaces: 8,
    customResources: 2,
  },
  unreachable: [],
  warnings: [],
});

const environments: EnvironmentRoots[] = [
  {
    name: 'dev',
    roots: [summary('dev-root', { environment: 'dev' })],
    orphans: [],
    orphansLeftOut: 0,
    recovery: wellRecovered('dev-root'),
  },
  {
    name: 'prod',
    roots: [
      summary('prod-root', {
        environment: 'prod',
        counts: { total: 9, missing: 1, extra: 1, outOfSync: 1, unhealthy: 2 },
        waves: 'ineffective',
        path: [
          {
            kind: 'Application',
            instance: 'main',
            namespace: 'argocd',
            name: 'bootstrap',
          },
        ],
      }),
    ],
    orphans: [
      node('billing-prod', {
        environment: 'prod',
        notes: [
          'Its tracking id names old-root, an Application that this Argo CD does not have: it was deleted and left this one behind, or the token does not see it.',
        ],
      }),
      node(LONG, { environment: 'prod', health: { status: 'Degraded' } }),
    ],
    orphansLeftOut: 0,
    recovery: {
      ...wellRecovered('bootstrap'),
      unreachable: [
        {
          kind: 'Application',
          instance: 'main',
          namespace: 'argocd',
          name: 'billing-prod',
          reason:
            'It hangs under no root: nothing in git that Argo CD watches brings it back.',
          remedy:
            'Keep its manifest (kind: Application) in git where prod-root renders it, in the folder environments/prod/apps.',
          neededBy: [],
        },
        {
          kind: 'AppProject',
          instance: 'main',
          name: 'payments',
          reason:
            'No Application under a root lists it: it was made by hand, or by something other than Argo CD.',
          remedy:
            'Keep its manifest (kind: AppProject) in a folder that a root renders, in an earlier wave than the Applications that use it.',
          neededBy: ['checkout-prod', 'ledger-prod'],
        },
      ],
      warnings: [
        {
          code: 'root-not-automated',
          message:
            'bootstrap is not synced automatically: what hangs under it comes back only when somebody syncs it.',
          remedy:
            'Turn on automated sync for bootstrap, or write into the recovery plan that it is synced by hand.',
          environment: 'prod',
        },
      ],
    },
  },
];

const rootsView = (rest: Partial<RootsView> = {}): RootsView => ({
  asOf: ago(0),
  partial: false,
  environments,
  problems: [],
  ...rest,
});

/** Lists that show every state of the page. */
export const rootScenes = {
  usual: rootsView(),
  empty: rootsView({ environments: [] }),
  stale: rootsView({
    environments: environments.map(each => ({
      ...each,
      roots: each.roots.map(root => ({ ...root, staleSince: ago(12) })),
    })),
    problems: [
      {
        code: 'instance-stale',
        message: `Argo CD instance main cannot be read since ${ago(
          12,
        )}: the stream was cut. What is shown of it is old.`,
        remedy:
          'Ask your platform team whether this Argo CD is up, and whether the token of Backstage is still valid.',
      },
    ],
  }),
  partial: rootsView({
    partial: true,
    environments: [
      {
        name: 'prod',
        roots: [
          summary('prod-root', {
            state: 'named',
            children: 1,
            counts: {
              total: 1,
              missing: 0,
              extra: 0,
              outOfSync: 0,
              unhealthy: 0,
            },
          }),
        ],
        orphans: [],
        orphansLeftOut: 0,
      },
    ],
  }),
};
