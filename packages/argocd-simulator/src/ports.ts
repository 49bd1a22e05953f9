/**
 * What the rooms of the simulator need of each other. Argo CD's behaviour (`argocd/`, `engine/`, `cluster/`) asks git,
 * the renderer and the registry through these, and knows nothing else of them.
 */

/** A source of an Application, as in its spec. */
export interface SourceSpec {
  repoURL: string;
  path?: string;
  chart?: string;
  targetRevision?: string;
  ref?: string;
  helm?: {
    releaseName?: string;
    valueFiles?: string[];
    parameters?: Array<{ name: string; value?: string; forceString?: boolean }>;
    values?: string;
    valuesObject?: Record<string, unknown>;
    ignoreMissingValueFiles?: boolean;
  };
  kustomize?: {
    images?: string[];
    namePrefix?: string;
    commonLabels?: Record<string, string>;
  };
  directory?: { recurse?: boolean; include?: string; exclude?: string };
}

/** Repositories as Argo CD's repo-server sees them. */
export interface GitBackend {
  /** Commit SHA of a branch, tag, `HEAD` or (abbreviated) SHA. Throws `RevisionError` with git's or Argo CD's own words. */
  resolveRevision(repoURL: string, targetRevision: string): Promise<string>;
  /** All files at a commit: path → bytes. */
  readTree(
    repoURL: string,
    commit: string,
  ): Promise<ReadonlyMap<string, Uint8Array>>;
  getCommit(
    repoURL: string,
    commit: string,
  ): Promise<{ author: string; date: string; message: string; tags: string[] }>;
  /** Whether the commits differ below the path (Argo CD itself compares rendered manifests; this is a help). */
  onPush(
    listener: (push: {
      repoURL: string;
      branch: string;
      before?: string;
      after: string;
    }) => void,
  ): () => void;
}

/** A revision or repository that can't be resolved. */
export class RevisionError extends Error {}

/** The repository itself can't be read. */
export class RepositoryError extends RevisionError {}

/**
 * Manifests that can't be rendered. The message is what the repo-server says (`overlays/none: app path does not exist`):
 * the manifests route answers it as it is, a `ComparisonError` has `Failed to load target state: failed to generate
 * manifest for source <sourceIndex + 1> of <n>: rpc error: code = Unknown desc = ` before it.
 */
export class RenderError extends Error {
  constructor(message: string, readonly sourceIndex: number = 0) {
    super(message);
  }
}

export type KubernetesObject = {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    generateName?: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [key: string]: unknown;
  };
  [key: string]: unknown;
};

export interface Renderer {
  /** Renders all sources at the given commits (one a source, same order), like the repo-server. Throws `RenderError`. */
  render(request: {
    appName: string;
    namespace: string;
    sources: SourceSpec[];
    revisions: string[];
  }): Promise<{
    objects: KubernetesObject[];
    sourceTypes: Array<'Directory' | 'Kustomize' | 'Helm'>;
  }>;
}

export interface ImageSource {
  /** Digest of an image reference (`repo:tag`, `repo@digest`, `repo:tag@digest`); undefined when it can't be pulled. */
  pull(reference: string): Promise<{ digest: string } | undefined>;
}
