import { HumanDuration } from '@backstage/types';

type StringOrList = string | string[];

type Gate =
  /** Several as one, of which one (`any`) or each (`all`) must pass. */
  | { any: Gate[]; title?: string }
  | { all: Gate[]; title?: string }
  /** The upstream runs the release synced and healthy. */
  | { kind: 'health' }
  /** It has done so for a while. */
  | { kind: 'soak'; duration: HumanDuration }
  /** The hooks of the upstream's last sync succeeded. */
  | {
      kind: 'hooks';
      /** Hooks that must be among them, such as smoke. */
      names?: StringOrList;
    }
  /** The target has not drifted. */
  | { kind: 'drift' }
  /** Statuses and checks of the source commits succeeded. */
  | {
      kind: 'checks';
      /** Which of them; default all, and at least one. */
      names?: string[];
    }
  /** The AppProject's sync windows let automated sync run. */
  | { kind: 'sync-windows' }
  /** Nothing is promoted in these times. */
  | {
      kind: 'freeze';
      /** IANA time zone; default UTC. */
      timeZone?: string;
      /** Local dates (to the end of the day) or times, such as 2026-12-20 or 2026-12-20T18:00. */
      periods?: Array<{ from: string; to: string; reason?: string }>;
      /** Such as from `Fri 16:00` to `Mon 08:00`. */
      weekly?: Array<{ from: string; to: string; reason?: string }>;
    }
  /** An address answers as a CEL expression asks. */
  | {
      kind: 'http';
      title?: string;
      /** May hold {kind}, {namespace}, {name}, {environment}, {from}, {release}, {digest}, {tag}. */
      url: string;
      /** @deepVisibility secret */
      headers?: { [name: string]: string };
      /** Over `status` and `body`; default `status == 200`. */
      expression?: string;
      /** How old an answer may be; default 30 seconds. */
      interval?: HumanDuration;
    }
  /** The analyses of the upstream's Rollouts succeeded on this release. */
  | { kind: 'analysis' }
  /** Rules hold for every object that the target renders with the release. */
  | {
      kind: 'policy';
      title?: string;
      rules: Array<{
        name: string;
        /** Kinds of the objects that it is for; default all. */
        kinds?: StringOrList;
        /** CEL; objects of which it says no are left out. */
        when?: string;
        /** CEL over `object`, `oldObject`, `environment`, `from`, `entity`, `application` and `params`. */
        expression: string;
        /** What is told of an object that breaks it; `{…}` holds CEL. */
        message?: string;
      }>;
      /** What the expressions find in `params`. */
      params?: { [name: string]: unknown };
    }
  /** Of a module. */
  | { kind: string; [key: string]: unknown };

type Environment = {
  /** Name of the environment; lanes stand in the order of this list. */
  name: string;
  /** Environments that releases come from. Of several all must run the release, or with `any` one of them. */
  promotesFrom?: StringOrList | { any: StringOrList } | { all: StringOrList };
  /** Which Applications are of this environment. Several keys: all of them; a list: any of it. */
  match: {
    labels?: { [label: string]: StringOrList };
    instance?: StringOrList;
    project?: StringOrList;
    /** Destination namespace. */
    namespace?: StringOrList;
    /** Destination cluster: its name or server. */
    cluster?: StringOrList;
    path?: StringOrList;
    /** Name of the root Application that manages it. */
    root?: StringOrList;
  };
  /** How promotions reach git; default `pull-request`. */
  delivery?: 'commit' | 'pull-request';
  /** What pull requests are opened with, where the git host has it; what it refuses of it holds nothing up. */
  pullRequest?: {
    labels?: StringOrList;
    /** Users as the host writes them; a team is `team:<name>`. */
    reviewers?: StringOrList;
    draft?: boolean;
    /** Merge by itself once the host's own conditions are met; how, where the host lets one choose. */
    autoMerge?: boolean | 'merge' | 'squash' | 'rebase';
  };
  /** All of them must pass; `any` and `all` combine some. */
  gates?: Gate[];
  approvals?: { required?: number; groups?: StringOrList };
  /** Groups and users who may promote besides the owners. */
  promoters?: StringOrList;
  /** What happens when a promotion fails after it was written: nothing (`hold`, the default), or git goes back to what ran before. */
  onFailure?: 'hold' | 'rollback';
  /** Promotes by itself what runs healthy upstream, unless a hold keeps it. Default false. */
  autoPromote?: boolean;
  /** Fails at the first failure of a sync or hook, even while Argo CD retries. Default false. */
  failFast?: boolean;
  verify?: {
    /** How long everything must stay verified before a promotion has succeeded. */
    for?: HumanDuration | string;
  };
};

export interface Config {
  argocdPromotion?: {
    instances?: Array<{
      name: string;
      /** Address of the API server. Never sent to a browser. */
      url: string;
      /** Address for links. */
      frontendUrl?: string;
      /** @visibility secret */
      token?: string;
      username?: string;
      /** @visibility secret */
      password?: string;
      /** File with the PEM certificate of the CA to trust for this instance alone. */
      caFile?: string;
      skipTlsVerify?: boolean;
      /** @deepVisibility secret */
      headers?: { [name: string]: string };
    }>;
    binding?: {
      /** What a claim of the catalog allows: nothing, to see state, or everything. Default `read`. */
      trustAnnotations?: 'none' | 'read' | 'all';
      /** AppProjects that belong to a team: what the team claims among their Applications is proven. */
      projects?: Array<{
        /** Name of the AppProject, or a glob. */
        name: string;
        /** Only of this instance. */
        instance?: string;
        /** Entity refs of the owners. */
        owners: StringOrList;
      }>;
    };
    environments?: Environment[];
    pipelines?: Array<{
      name: string;
      /** Filter of the entities that it is for. */
      entities?: { [key: string]: StringOrList };
      environments: Environment[];
    }>;
    /**
     * Globs of image repositories that are not released with services, such as `ghcr.io/acme/proxy-*`. Well-known
     * sidecars (Envoy, Istio, Linkerd, Vault and others) are left out anyway.
     */
    sidecars?: string[];
    registries?: Array<{
      host: string;
      username?: string;
      /** @visibility secret */
      password?: string;
      insecure?: boolean;
    }>;
    /** Git servers without an API that is known, by HTTP(S) or SSH. They are written to by commits only. */
    gitServers?: Array<{
      /** With the port where a URL has one, for example `git.example.com:8443`. */
      host: string;
      username?: string;
      /**
       * Password or token, for HTTP(S).
       * @visibility secret
       */
      password?: string;
      /** File with the private key, for SSH; absent: what the backend's `ssh` finds. */
      privateKeyFile?: string;
      /** File with the server's keys, for SSH. Unknown servers are refused. */
      knownHostsFile?: string;
      /** File with the PEM certificates of the CA to trust. */
      caFile?: string;
      /** Who has committed, where the server demands a known one. The author is the person who promotes. */
      committer?: { name: string; email: string };
    }>;
    /** Webhooks of git hosts wake promotions that are in review; without any, the hosts are asked from time to time. */
    webhooks?: {
      /**
       * Topics of the events service on which they come. Default: `github`, `gitlab`, `gitea`, `bitbucketCloud`,
       * `bitbucketServer` and `azureDevOps`. An empty list: none is heard.
       */
      topics?: string[];
    };
    drift?: {
      /** When the owner is told that the same field drifts again and again. */
      repeated?: {
        /** So often; default 3. */
        count?: number;
        /** Within this time; default 24 hours. */
        window?: HumanDuration | string;
      };
      /** How long a drift is remembered after its end; default 90 days. */
      retention?: HumanDuration | string;
    };
    /** What the pipeline view remembers about who looks. Routes that change something or ask Argo CD remember nothing. */
    viewerCache?: {
      /**
       * For how long a token's view of an entity, the policy's decisions and the groups of its user are remembered: rights
       * that were taken away still show state for so long. Default 5 seconds, at most a minute; 0 seconds turn it off.
       */
      ttl?: HumanDuration | string;
    };
    /** How long a promotion waits before it fails; its end says what it waited for. */
    timeouts?: {
      /** For its gates to open, approvals among them. Default 14 days. */
      gates?: HumanDuration | string;
      /** For git to take the commit or pull request. Default 15 minutes. */
      delivery?: HumanDuration | string;
      /** For the pull request to be merged, and for people to press Sync. Default 14 days. */
      review?: HumanDuration | string;
      /** For Argo CD to deploy the commit. Default 15 minutes. */
      sync?: HumanDuration | string;
      /** For the Applications to be Healthy and the Pods to run it. Default 30 minutes. */
      verify?: HumanDuration | string;
    };
  };
  /** Configuration of the other Argo CD plugins, read when `argocdPromotion.instances` is absent. */
  argocd?: {
    username?: string;
    /** @visibility secret */
    password?: string;
    appLocatorMethods?: Array<{
      type?: string;
      instances?: Array<{
        name: string;
        url: string;
        frontendUrl?: string;
        /** @visibility secret */
        token?: string;
        username?: string;
        /** @visibility secret */
        password?: string;
      }>;
    }>;
  };
}
