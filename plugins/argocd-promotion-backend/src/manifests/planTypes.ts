import {
  ReleaseChart,
  ReleaseImage,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  GitRepository,
  ManifestEditor,
  ManifestSource,
} from '@fairway/backstage-plugin-argocd-promotion-node';

/** An Application whose pins a plan may change. */
export interface PlanApplication {
  name: string;
  /** Namespace of the Application object. */
  namespace: string;
  /** `spec.sources`, or `[spec.source]`. */
  sources: ManifestSource[];
  /** Image repositories that it runs: each image of the plan that is among them must be located in it. */
  runs?: string[];
  /** `status.sourceTypes`, or `[status.sourceType]`. */
  sourceTypes?: string[];
  /** Charts that it runs. */
  charts?: ReleaseChart[];
  /** Its root in the App of Apps, where overrides in its own manifest are edited. */
  parent?: { name: string; sources: ManifestSource[] };
  /** Name of the ApplicationSet that generated it (its ownerReference). */
  applicationSet?: string;
  /** Whether it has `spec.sourceHydrator`. */
  hydrated?: boolean;
}

export interface PlanEditsOptions {
  /** The Applications of the target environment. */
  applications: PlanApplication[];
  /** The Applications of the entity's other environments: their files are never edited. */
  otherApplications?: Array<{ name: string; sources: ManifestSource[] }>;
  images: ReleaseImage[];
  charts?: ReleaseChart[];
  /** Annotations of the entity. */
  annotations?: Record<string, string>;
  /** Name of the target environment; stands for `{environment}` in annotations. */
  environment?: string;
  /** Editors added by modules; asked before the built-in ones. */
  editors?: ManifestEditor[];
  /** Repository of a URL, or undefined when no git host is configured for it. */
  getRepository(url: string): GitRepository | undefined;
}

/** One file that the plan changes. */
export interface PlannedFile {
  /** Repository URL as Argo CD knows it, without credentials. */
  repo: string;
  branch: string;
  path: string;
  before: Uint8Array;
  after: Uint8Array;
  /** Git blob ids. */
  blobBefore: string;
  blobAfter: string;
  /** Unified diff; secret values in its context are masked. */
  patch: string;
  /** For people: every pin that it changes. */
  where: string[];
  /** Names of the Applications whose pins it changes. */
  applications: string[];
}

export interface PlannedEdits {
  /** Commits that the files were read at, one a repository and branch; also of those that need no edit. */
  base: Array<{ repo: string; branch: string; commit: string }>;
  /** Empty when every image is already pinned to its digest. */
  edits: PlannedFile[];
  changes: Array<{
    repository: string;
    from?: { tag?: string; digest?: string };
    to: { tag?: string; digest: string };
  }>;
  /** Versions of charts; absent when none changes. */
  chartChanges?: Array<{
    repoURL: string;
    chart: string;
    from: string;
    to: string;
  }>;
}
