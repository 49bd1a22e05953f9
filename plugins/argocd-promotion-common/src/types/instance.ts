/**
 * State of one Instance as `GET /v1/instances` tells it. Holds no address of its API.
 *
 * @public
 */
export interface InstanceView {
  name: string;
  frontendUrl?: string;
  reachable: boolean;
  authenticated: boolean;
  /** Argo CD's version, once known. */
  version?: string;
  /** The only AppProject that the configured token may see, when it is a token of a project's role. */
  project?: string;
  /** How many Applications it has; absent for who may see only some of them. */
  applications?: number;
  /** When its data was last confirmed (ISO 8601, UTC). */
  updatedAt?: string;
  staleSince?: string;
  staleReason?: string;
}
