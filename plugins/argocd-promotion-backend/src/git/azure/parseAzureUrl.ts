import { parseRepositoryUrl } from '../repositoryUrl';

/** Where a repository of Azure DevOps is. */
export interface AzureUrl {
  /** As `integrations.azure` names it. */
  host: string;
  /** Organization, or collection of a server, with whatever stands before it. */
  organization: string;
  project: string;
  repository: string;
}

const CLOUD = 'dev.azure.com';

/** Reads all forms: of the cloud today, by SSH, of `visualstudio.com`, and of a server. */
export function parseAzureUrl(url: string): AzureUrl | undefined {
  const parsed = parseRepositoryUrl(url);
  if (!parsed) return undefined;
  const parts = parsed.path.split('/');
  const { hostname } = parsed;
  if (['ssh.dev.azure.com', 'vs-ssh.visualstudio.com'].includes(hostname)) {
    const [version, organization, project, repository, ...rest] = parts;
    return version === 'v3' && repository && rest.length === 0
      ? { host: CLOUD, organization, project, repository }
      : undefined;
  }
  const at = parts.indexOf('_git');
  if (at < 0 || parts.length !== at + 2) return undefined;
  const repository = parts[at + 1];
  const before = parts.slice(0, at);
  const account = /^([^.]+)\.visualstudio\.com$/.exec(hostname)?.[1];
  if (account) {
    const [project = repository] = before.filter(
      each => each !== 'DefaultCollection',
    );
    return { host: CLOUD, organization: account, project, repository };
  }
  // A project's repository of the same name may leave the project out.
  const cut = hostname === CLOUD ? 1 : Math.max(1, before.length - 1);
  const organization = before.slice(0, cut).join('/');
  if (organization === '') return undefined;
  const [project = repository] = before.slice(cut);
  return {
    host: parsed.isHttp ? parsed.host : hostname,
    organization,
    project,
    repository,
  };
}
