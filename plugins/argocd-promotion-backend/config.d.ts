import { HumanDuration } from '@backstage/types';

type StringOrList = string | string[];

type Environment = {
  /** Name of the environment; lanes stand in the order of this list. */
  name: string;
  /** Environments that releases come from. */
  promotesFrom?: StringOrList;
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
  gates?: Array<{ kind: string; [key: string]: unknown }>;
  approvals?: { required?: number; groups?: StringOrList };
  /** Groups and users who may promote besides the owners. */
  promoters?: StringOrList;
  onFailure?: 'hold' | 'rollback';
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
    registries?: Array<{
      host: string;
      username?: string;
      /** @visibility secret */
      password?: string;
      insecure?: boolean;
    }>;
    gitServers?: Array<{
      host: string;
      username?: string;
      /** @visibility secret */
      password?: string;
    }>;
    /** How long a promotion waits before it fails. */
    timeouts?: {
      sync?: HumanDuration | string;
      verify?: HumanDuration | string;
      review?: HumanDuration | string;
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
