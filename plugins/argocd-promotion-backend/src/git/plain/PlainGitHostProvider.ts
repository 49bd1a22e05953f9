import { tmpdir } from 'node:os';
import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { GitHostProvider } from '@fairway/backstage-plugin-argocd-promotion-node';
import { parseRepositoryUrl, publicUrl } from '../repositoryUrl';
import { GitProcess } from './GitProcess';
import { PlainGitRepository } from './PlainGitRepository';
import { ShallowRepository } from './ShallowRepository';
import { Committer } from './writeCommit';

/** One entry of `argocdPromotion.gitServers`. */
export interface GitServerConfig {
  /** With the port where a URL has one. */
  host: string;
  username?: string;
  password?: string;
  privateKeyFile?: string;
  knownHostsFile?: string;
  caFile?: string;
  committer?: Committer;
  /** The program to use in the place of `ssh`. */
  sshCommand?: string;
  /** The whole header for HTTP, in the place of user and password. */
  authorization?: string;
}

const COMMITTER: Committer = {
  name: 'Argo CD Promotion',
  email: 'argocd-promotion@noreply.invalid',
};

/** Git servers without an API, by HTTP(S) or SSH. */
export class PlainGitHostProvider implements GitHostProvider {
  readonly kind = 'git';
  readonly #servers: GitServerConfig[];
  readonly #parent: string;
  readonly #deadlineMs: number | undefined;
  readonly #opened: ShallowRepository[] = [];

  constructor(options: {
    servers: GitServerConfig[];
    /** Folder for what is fetched; the system's temporary one by default. */
    workingDirectory?: string;
    deadlineMs?: number;
  }) {
    this.#servers = options.servers;
    this.#parent = options.workingDirectory ?? tmpdir();
    this.#deadlineMs = options.deadlineMs;
  }

  static fromConfig(config: Config): PlainGitHostProvider {
    const servers =
      config.getOptionalConfigArray('argocdPromotion.gitServers') ?? [];
    return new PlainGitHostProvider({
      servers: servers.map(readServer),
      workingDirectory: config.getOptionalString('backend.workingDirectory'),
    });
  }

  getRepository(url: string): PlainGitRepository | undefined {
    const parsed = parseRepositoryUrl(url);
    const server =
      parsed &&
      this.#servers.find(({ host }) =>
        parsed.isHttp
          ? host.toLowerCase() === parsed.host
          : host.toLowerCase().replace(/:\d+$/, '') === parsed.hostname,
      );
    if (!server) return undefined;
    const { username = '', password, committer = COMMITTER } = server;
    const header =
      server.authorization ??
      (password === undefined
        ? undefined
        : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`);
    const remote = publicUrl(url);
    const name = `The git server ${server.host}`;
    const local = new ShallowRepository({
      url: parsed.isHttp ? remote : sshUrl(url, server.username),
      name,
      parent: this.#parent,
      git: new GitProcess({
        name,
        credentials: {
          ...server,
          ...(header && parsed.isHttp
            ? {
                authorization: {
                  url: `${new URL(remote).origin}/`,
                  value: header,
                },
              }
            : { authorization: undefined }),
        },
        ...(this.#deadlineMs === undefined
          ? {}
          : { deadlineMs: this.#deadlineMs }),
      }),
    });
    this.#opened.push(local);
    return new PlainGitRepository({ url: remote, local, committer });
  }

  /** Removes what was fetched. */
  async close(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map(local => local.close()));
  }
}

/** With a user: the one of the URL, else the configured one, else the usual one. The URL may have lost its own. */
function sshUrl(url: string, username = 'git'): string {
  if (!url.includes('://'))
    return url.includes('@') ? url : `${username}@${url}`;
  const parsed = new URL(url);
  if (parsed.username === '') parsed.username = username;
  parsed.password = '';
  return parsed.href;
}

function readServer(config: Config): GitServerConfig {
  const host = config.getString('host');
  if (/[/@\s]/.test(host))
    throw new InputError(
      `argocdPromotion.gitServers: '${host}' is not a host; write it without scheme and path, for example git.example.com`,
    );
  const text = (key: string) => {
    const value = config.getOptionalString(key);
    return value === undefined ? {} : { [key]: value };
  };
  const committer = config.getOptionalConfig('committer');
  return {
    host,
    ...text('username'),
    ...text('password'),
    ...text('privateKeyFile'),
    ...text('knownHostsFile'),
    ...text('caFile'),
    ...(committer
      ? {
          committer: {
            name: committer.getString('name'),
            email: committer.getString('email'),
          },
        }
      : {}),
  };
}
