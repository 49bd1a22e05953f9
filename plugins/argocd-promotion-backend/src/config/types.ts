/** One Argo CD API server, as configured. */
export interface InstanceConfig {
  name: string;
  /** Base of the API without trailing slash; may hold a path prefix. Never sent to a browser. */
  url: string;
  frontendUrl?: string;
  credentials: { token: string } | { username: string; password: string };
  /** PEM bytes of the CA to trust for this Instance alone. */
  ca?: string;
  skipTlsVerify: boolean;
  headers: Record<string, string>;
}

/** A matcher: several keys mean all of, a list means any of. Strings of `path`, `namespace`, `project`, `cluster` are globs. */
export interface EnvironmentMatch {
  labels?: Record<string, string[]>;
  instance?: string[];
  project?: string[];
  /** Destination namespace. */
  namespace?: string[];
  /** Destination cluster: name or server. */
  cluster?: string[];
  path?: string[];
  /** Name of the root Application that manages it. */
  root?: string[];
}

/** What pull requests are opened with; what the host refuses of it holds nothing up. */
export interface PullRequestConfig {
  labels?: string[];
  /** Users as the host writes them; a team is `team:<name>`. */
  reviewers?: string[];
  draft?: boolean;
  autoMerge?: boolean | 'merge' | 'squash' | 'rebase';
}

export interface EnvironmentConfig {
  name: string;
  promotesFrom: string[];
  match: EnvironmentMatch;
  delivery: 'commit' | 'pull-request';
  pullRequest?: PullRequestConfig;
  gates: Array<{ kind: string } & Record<string, unknown>>;
  approvals: { required: number; groups: string[] };
  /** Groups and users who may ask for a promotion besides the owners. */
  promoters: string[];
  onFailure: 'hold' | 'rollback';
  /** Of several upstream environments one that runs the release is enough; else all must. */
  anyUpstream?: boolean;
  /** Promoted into by itself as soon as upstream runs a release healthy. */
  autoPromote?: boolean;
  /** The first failure of a sync or hook ends a promotion, even while Argo CD retries. */
  failFast?: boolean;
  /** How long a promotion must stay verified before it has succeeded, in milliseconds. */
  verifyForMs?: number;
}

export interface PipelineConfig {
  name: string;
  /** Catalog filter of the entities it is for; absent: every entity. */
  entities?: Record<string, string | string[]>;
  environments: EnvironmentConfig[];
}

/** AppProjects that belong to a team: what the team claims among their Applications is proven. */
export interface ProjectOwners {
  /** Name or glob. */
  name: string;
  /** Only of this Instance; absent: of any. */
  instance?: string;
  /** Entity refs. */
  owners: string[];
}

export interface BindingConfig {
  trustAnnotations: 'none' | 'read' | 'all';
  projects?: ProjectOwners[];
}

export interface PromotionPluginConfig {
  instances: InstanceConfig[];
  binding: BindingConfig;
  pipelines: PipelineConfig[];
  /** Globs of image repositories that are not released with services. */
  sidecars?: string[];
  /** Registries that may be asked, by host (with port). */
  registries: Array<{
    host: string;
    username?: string;
    password?: string;
    insecure: boolean;
  }>;
  gitServers: Array<{ host: string; username?: string; password?: string }>;
  /** Topics of the events service on which git hosts' webhooks come. */
  webhookTopics: string[];
  drift: {
    /** The same field so often within so many milliseconds is told to the owner. */
    repeated: { count: number; windowMs: number };
    /** How long an episode is kept after its end, in milliseconds. */
    retentionMs: number;
  };
  /** How long page views remember what they were told about a viewer, in milliseconds; 0 for not at all. */
  viewerCacheMs: number;
  /** Deadlines of a promotion's waits, in milliseconds. */
  timeouts: {
    gates: number;
    delivery: number;
    review: number;
    sync: number;
    verify: number;
  };
}
