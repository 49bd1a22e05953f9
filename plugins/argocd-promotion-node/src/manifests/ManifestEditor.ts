/**
 * Files of a repository at one commit, as an editor sees them. Reading is cached by the caller.
 *
 * @public
 */
export interface ManifestTree {
  /** The file's bytes, or undefined when there is none. Paths are relative to the repository, with `/`, already normalized. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Paths of all files below a directory. */
  list(directory: string): Promise<string[]>;
}

/**
 * One source of an Application, with the trees that it may read.
 *
 * @public
 */
export interface ManifestSource {
  repoURL: string;
  /** Commit or branch that is tracked. */
  targetRevision: string;
  path?: string;
  chart?: string;
  ref?: string;
  helm?: {
    valueFiles?: string[];
    parameters?: Array<{ name: string; value?: string; forceString?: boolean }>;
    values?: string;
    valuesObject?: Record<string, unknown>;
  };
  kustomize?: { images?: string[] };
  directory?: { recurse?: boolean; include?: string; exclude?: string };
}

/**
 * Where the pin of an image was found, and the bytes with the new pin.
 *
 * @public
 */
export interface ManifestEdit {
  repoURL: string;
  targetRevision: string;
  path: string;
  before: Uint8Array;
  after: Uint8Array;
  /** What was pinned. */
  from: { tag?: string; digest?: string };
  /** For people: "kustomize images", "Helm values image.digest", "container checkout of Deployment checkout". */
  where: string;
}

/**
 * A way to pin images. Editors are asked in order; the first that locates the image wins.
 *
 * @public
 */
export interface ManifestEditor {
  readonly kind: string;
  /**
   * Locates the pin of `image.repository` for the Application's sources, and edits exactly those bytes.
   * Answers `undefined` with what was looked at in `lookedAt` when it isn't pinned in this editor's form.
   */
  edit(options: {
    sources: ManifestSource[];
    /** Tree of the repository that a source (index in `sources`) reads; undefined when it can't be read. */
    tree(sourceIndex: number): Promise<ManifestTree | undefined>;
    image: { repository: string; digest: string; tag?: string };
    /** Files already edited in this plan, `repoURL path` → bytes: build upon these. */
    edited: ReadonlyMap<string, Uint8Array>;
    lookedAt: string[];
    /** Hints from the entity's annotations. */
    annotations: Record<string, string>;
  }): Promise<ManifestEdit[] | undefined>;
}
