/** One way to promote, and to go on after a crash. */
export interface CrashSetting {
  database: 'SQLite' | 'PostgreSQL';
  delivery: 'commit' | 'pull-request';
  /** How git is written to: by the host's API, or by git's own protocol. */
  git: 'api' | 'push';
  /** Who goes on: the same backend, started again, or another that is up already. */
  next: 'restart' | 'replica';
  /** Argo CD syncs by itself; else the product asks it to. */
  automated: boolean;
  /** A promotion waits already and is superseded, and a colleague must approve. */
  approved: boolean;
  /** Points of the small set, that the suite goes through. */
  few: string[];
  /** Points that a promotion without trouble must pass, each before and after; none may be lost by a change of names. */
  passes: string[];
}

const base = {
  git: 'api',
  automated: true,
  approved: false,
  few: [],
} as const;
const engine = [
  'create',
  'claim',
  'save delivering',
  'save syncing',
  'save succeeded',
  'release',
  'argocd refresh',
];
const commit = {
  delivery: 'commit',
  passes: ['git POST contents', ...engine],
} as const;
const pullRequest = {
  delivery: 'pull-request',
  passes: [
    'git POST branches',
    'git POST contents',
    'git POST pulls',
    'save in-review',
    ...engine,
  ],
} as const;
/** Everything that the others leave out. */
const byHand = {
  delivery: 'commit',
  git: 'push',
  automated: false,
  approved: true,
  passes: ['git push', 'argocd sync', 'insert promotion_approvals', ...engine],
} as const;

const setting = (
  one: Omit<CrashSetting, 'few' | 'passes'> & {
    few?: readonly string[];
    passes: readonly string[];
  },
): CrashSetting => ({
  ...one,
  few: [...(one.few ?? [])],
  passes: [...one.passes],
});

/** Every setting; each is gone through at every point that it passes by `yarn test:crash`. */
export const crashSettings: CrashSetting[] = [
  setting({
    ...base,
    ...commit,
    database: 'SQLite',
    next: 'restart',
    few: ['create #1 after', 'save delivering #1 before'],
  }),
  setting({ ...base, ...pullRequest, database: 'SQLite', next: 'restart' }),
  setting({
    ...base,
    ...byHand,
    database: 'SQLite',
    next: 'restart',
    few: ['git push #1 before', 'argocd sync #1 after'],
  }),
  setting({ ...base, ...commit, database: 'PostgreSQL', next: 'restart' }),
  setting({ ...base, ...pullRequest, database: 'PostgreSQL', next: 'restart' }),
  setting({
    ...base,
    ...commit,
    database: 'PostgreSQL',
    next: 'replica',
    few: ['git POST contents #1 after'],
  }),
  setting({
    ...base,
    ...pullRequest,
    database: 'PostgreSQL',
    next: 'replica',
    few: ['git POST pulls #1 after'],
  }),
  setting({
    ...base,
    ...byHand,
    database: 'PostgreSQL',
    next: 'replica',
    few: ['insert promotion_approvals #1 after'],
  }),
];

/** Where the effects of a method are met: points of the settings, or why there are none. */
export const faultPoints: Record<string, string[] | { exempt: string }> = {
  // GitRepository
  commitFiles: ['git POST contents', 'git push'],
  createBranch: ['git POST branches'],
  openPullRequest: ['git POST pulls'],
  deleteBranch: {
    exempt:
      'takes away a branch of ours that nothing was written to; restart.test.ts kills after createBranch',
  },
  closePullRequest: {
    exempt: 'comes after the end of the promotion; see closing.crash.test.ts',
  },
  // ArgocdClient
  sync: ['argocd sync'],
  getApplication: ['argocd refresh'],
  // PromotionStore and HoldStore
  create: ['create'],
  createTogether: {
    exempt: 'one transaction for a train; trains.crash.test.ts kills after it',
  },
  restore: {
    exempt: 'one transaction of what git tells, that may be read again',
  },
  claim: ['claim'],
  save: ['save delivering', 'save in-review', 'save syncing', 'save succeeded'],
  release: ['release'],
  approve: ['insert promotion_approvals'],
  renew: { exempt: 'prolongs a lease, which a crash ends in any case' },
  wake: { exempt: 'one statement, that makes a look earlier' },
  end: { exempt: 'one transaction, after which nothing follows' },
  revoke: { exempt: 'one transaction, after which nothing follows' },
  override: { exempt: 'as an approval: one transaction that the engine reads' },
  deleteExpiredKeys: { exempt: 'forgets what is over' },
  set: { exempt: 'one statement, after which nothing follows' },
  lift: { exempt: 'one statement, after which nothing follows' },
};
