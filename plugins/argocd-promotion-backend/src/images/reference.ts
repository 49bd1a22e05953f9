/** An image reference taken apart. */
export interface ImageReference {
  /** Host (when written), path; without tag and digest. As written: `nginx` stays `nginx`. */
  repository: string;
  tag?: string;
  digest?: string;
}

const REPOSITORY = /^[a-zA-Z0-9](?:[a-zA-Z0-9._:/-]*[a-zA-Z0-9])?$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

export const isRepository = (text: string): boolean => REPOSITORY.test(text);
export const isTag = (text: string): boolean => TAG.test(text);
export const isDigest = (text: string): boolean => DIGEST.test(text);

/**
 * Takes `repo`, `repo:tag`, `repo@digest` and `repo:tag@digest` apart; undefined for anything else. The colon of a
 * port (`host:5000/repo`) is told from that of a tag by the slash behind it.
 */
export function parseImageReference(text: string): ImageReference | undefined {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const repository = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (!isRepository(repository)) return undefined;
  if (tag !== undefined && !isTag(tag)) return undefined;
  if (digest !== undefined && !isDigest(digest)) return undefined;
  return { repository, ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) };
}

/** The one spelling of a repository: Docker Hub's short forms written out. Two spellings of one repository become equal. */
export function normalizeRepository(repository: string): string {
  const slash = repository.indexOf('/');
  const first = slash < 0 ? '' : repository.slice(0, slash).toLowerCase();
  const hasHost = /[.:]/.test(first) || first === 'localhost';
  const path = hasHost ? repository.slice(slash + 1) : repository;
  const hub = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];
  if (hasHost && !hub.includes(first)) return `${first}/${path}`;
  return `docker.io/${path.includes('/') ? path : `library/${path}`}`;
}

/**
 * The digest that a container's `imageID` tells: `repo@sha256:…`, a bare `sha256:…`, either with a runtime's prefix
 * such as `docker-pullable://`. Without a repository, and with `docker://`, it is the id of the image's configuration
 * and identifies nothing in a registry.
 */
export function digestOfImageId(
  imageId: string,
): { digest: string; repository?: string } | undefined {
  const scheme = imageId.indexOf('://');
  const text = scheme >= 0 ? imageId.slice(scheme + 3) : imageId;
  if (DIGEST.test(text)) return { digest: text };
  const reference = parseImageReference(text);
  return reference?.digest
    ? { digest: reference.digest, repository: reference.repository }
    : undefined;
}
