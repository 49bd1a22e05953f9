/**
 * One artifact of a release: an image repository at a digest.
 *
 * @public
 */
export interface ReleaseImage {
  repository: string;
  /** `sha256:…` */
  digest: string;
  /** The tag that stands beside the digest, for people. */
  tag?: string;
}

/**
 * One artifact of a release: a Helm chart at a version, which an Application names by `targetRevision`.
 *
 * @public
 */
export interface ReleaseChart {
  /** The chart's repository, without credentials. */
  repoURL: string;
  /** Name of the chart, or its path in a git repository. */
  chart: string;
  /** The exact version, tag or commit. */
  version: string;
}

/**
 * An immutable set of artifacts, named by its content hash (tags do not count).
 *
 * @public
 */
export interface Release {
  /** Hex SHA-256 over the sorted `repository@digest` lines, and those of the charts. */
  id: string;
  images: ReleaseImage[];
  /** Charts whose version an Application names; absent when there are none. */
  charts?: ReleaseChart[];
}

/**
 * How far an environment is behind its upstream.
 *
 * @public
 */
export interface Lag {
  /** The upstream environment. */
  from: string;
  /** Releases that ran upstream since the one that runs here; at least 1 when behind. Absent when history does not tell. */
  releases?: number;
  /** When the upstream began to run what it runs now (ISO 8601, UTC). */
  since?: string;
}
