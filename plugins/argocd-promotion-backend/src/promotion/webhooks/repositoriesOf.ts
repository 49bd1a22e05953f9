import { parseRepositoryUrl } from '../../git/repositoryUrl';

/** More are not in any host's payload; the rest of a longer one is not read. */
const MAX_ADDRESSES = 40;
const MAX_LENGTH = 2_048;

type Part = Record<string, unknown>;

const part = (value: unknown): Part =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Part)
    : {};
const list = (value: unknown): unknown[] =>
  Array.isArray(value) ? value.slice(0, 10) : [];

/**
 * One key for all addresses of a repository: by HTTPS or SSH, to clone it or to look at it. Undefined for what is no
 * address.
 */
export function webhookKey(url: string): string | undefined {
  const parsed = parseRepositoryUrl(url);
  if (!parsed) return undefined;
  const host = parsed.hostname.replace(
    /^ssh\.dev\.azure\.com$/,
    'dev.azure.com',
  );
  const path = parsed.path
    .toLowerCase()
    // Bitbucket Data Center, to clone and to look at.
    .replace(/^scm\//, '')
    .replace(/^projects\/([^/]+)\/repos\/([^/]+).*$/, '$1/$2')
    // Azure DevOps, by HTTPS and SSH.
    .replace(/(^|\/)_git\//, '$1')
    .replace(/^v3\//, '');
  return `${host}/${path}`;
}

/** Where hosts write the repository in what they send. */
function repositoryParts(payload: Part): Part[] {
  const { repository, project, object_attributes, resource } = payload;
  const pull = part(payload.pull_request ?? payload.pullrequest);
  return [
    part(repository),
    // GitLab
    part(project),
    part(part(object_attributes).target),
    // GitHub, Gitea, Forgejo
    part(part(pull.base).repo),
    // Bitbucket Cloud
    part(part(pull.destination).repository),
    // Bitbucket Data Center
    part(part(part(payload.pullRequest).toRef).repository),
    // Azure DevOps
    part(part(resource).repository),
  ];
}

function addressesOf(repository: Part): unknown[] {
  const links = part(repository.links);
  return [
    repository.clone_url,
    repository.ssh_url,
    repository.html_url,
    repository.git_http_url,
    repository.git_ssh_url,
    repository.web_url,
    repository.remoteUrl,
    repository.sshUrl,
    part(links.html).href,
    ...list(links.clone).map(link => part(link).href),
    ...list(links.self).map(link => part(link).href),
  ];
}

/**
 * Keys of the repositories that a webhook of GitHub, GitLab, Gitea, Forgejo, Bitbucket or Azure DevOps is about. The
 * payload is anybody's: what is not understood names none, and nothing else of it is used.
 */
export function repositoriesOf(payload: unknown): string[] {
  const addresses = repositoryParts(part(payload))
    .flatMap(addressesOf)
    .filter(
      (address): address is string =>
        typeof address === 'string' && address.length <= MAX_LENGTH,
    )
    .slice(0, MAX_ADDRESSES);
  return [...new Set(addresses.flatMap(address => webhookKey(address) ?? []))];
}
