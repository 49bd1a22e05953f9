/** What the forms of a repository URL (https, ssh, scp-like) have in common. */
export interface RepositoryUrl {
  /** With the port for http and https; of ssh the port says nothing about the web server. */
  host: string;
  hostname: string;
  isHttp: boolean;
  /** Without leading and trailing slash and `.git`. */
  path: string;
}

/** Reads a repository URL; undefined when it is none. */
export function parseRepositoryUrl(url: string): RepositoryUrl | undefined {
  const scp = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)(.+)$/.exec(url);
  const text = scp ? `ssh://${scp[1]}/${scp[2].replace(/^\/+/, '')}` : url;
  let parsed: URL;
  try {
    parsed = new URL(text);
  } catch {
    return undefined;
  }
  const protocol = parsed.protocol.replace(/^git\+/, '');
  if (!['http:', 'https:', 'ssh:', 'git:'].includes(protocol)) return undefined;
  let path: string;
  try {
    path = decodeURIComponent(parsed.pathname);
  } catch {
    return undefined;
  }
  path = path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  if (
    path === '' ||
    path.split('/').some(part => part === '..' || part === '.' || part === '')
  )
    return undefined;
  const hostname = parsed.hostname.toLowerCase();
  return {
    host: parsed.host.toLowerCase(),
    hostname,
    isHttp: protocol.startsWith('http'),
    path,
  };
}

/** The URL without user and password. */
export function publicUrl(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
}
