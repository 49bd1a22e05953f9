import { readFileSync } from 'node:fs';
import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { InstanceConfig } from './types';

/** Instances of `argocdPromotion.instances`, else of the peers' `argocd.appLocatorMethods`. */
export function readInstances(config: Config): InstanceConfig[] {
  const own = config.getOptionalConfigArray('argocdPromotion.instances');
  const instances = own
    ? own.map((entry, i) => readOwn(entry, `argocdPromotion.instances[${i}]`))
    : readPeers(config);
  const seen = new Set<string>();
  for (const { name } of instances) {
    if (seen.has(name))
      throw new InputError(
        `argocdPromotion.instances: two instances are named '${name}'`,
      );
    seen.add(name);
  }
  return instances;
}

function readOwn(entry: Config, key: string): InstanceConfig {
  const name = entry.getOptionalString('name');
  if (!name)
    throw new InputError(
      `${key}.name is missing: give the Argo CD instance a name`,
    );
  const caFile = entry.getOptionalString('caFile');
  const headers = entry.getOptional<Record<string, unknown>>('headers') ?? {};
  return {
    name,
    url: readUrl(entry.getOptionalString('url'), `${key}.url`),
    ...optionalFrontendUrl(entry, key),
    credentials: readCredentials(entry, key),
    ...(caFile ? { ca: readCa(caFile, `${key}.caFile`) } : {}),
    skipTlsVerify: entry.getOptionalBoolean('skipTlsVerify') ?? false,
    headers: Object.fromEntries(
      Object.entries(headers).map(([header, value]) => [header, String(value)]),
    ),
  };
}

/** The configuration that the other Argo CD plugins of Backstage use, so that theirs need not be written twice. */
function readPeers(config: Config): InstanceConfig[] {
  const methods =
    config.getOptionalConfigArray('argocd.appLocatorMethods') ?? [];
  const shared = config.getOptionalConfig('argocd');
  return methods.flatMap((method, m) =>
    // Both peers skip every other type; one of theirs, that looks for Instances in another way, is long gone.
    method.getOptionalString('type') !== 'config' && method.has('type')
      ? []
      : (method.getOptionalConfigArray('instances') ?? []).map((entry, i) => {
          const key = `argocd.appLocatorMethods[${m}].instances[${i}]`;
          const name = entry.getOptionalString('name');
          if (!name)
            throw new InputError(
              `${key}.name is missing: give the Argo CD instance a name`,
            );
          return {
            name,
            url: readUrl(entry.getOptionalString('url'), `${key}.url`),
            ...optionalFrontendUrl(entry, key),
            credentials: readCredentials(entry, key, shared),
            skipTlsVerify: false,
            headers: {},
          };
        }),
  );
}

function optionalFrontendUrl(
  entry: Config,
  key: string,
): { frontendUrl?: string } {
  const value = entry.getOptionalString('frontendUrl');
  return value ? { frontendUrl: readUrl(value, `${key}.frontendUrl`) } : {};
}

function readUrl(value: string | undefined, key: string): string {
  if (!value)
    throw new InputError(
      `${key} is missing: give the address of the Argo CD API server`,
    );
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    throw new InputError(
      `${key} is not a URL: write it with its scheme, such as https://argocd.example.com`,
    );
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new InputError(`${key} must begin with https:// or http://`);
  if (url.username || url.password)
    throw new InputError(
      `${key} holds credentials: give them as token, or username and password`,
    );
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function readCredentials(
  entry: Config,
  key: string,
  shared?: Config,
): InstanceConfig['credentials'] {
  const token = entry.getOptionalString('token');
  const from =
    entry.has('username') || entry.has('password') || !shared ? entry : shared;
  const username = from.getOptionalString('username');
  const password = from.getOptionalString('password');
  if (token && (entry.has('username') || entry.has('password'))) {
    throw new InputError(
      `${key} has a token and a user name: keep one of the two`,
    );
  }
  if (token) return { token };
  if (username && password) return { username, password };
  // Never a default: whoever forgot them must hear so, and not log in as somebody else.
  throw new InputError(
    `${key} has no credentials: give token, or username and password`,
  );
}

function readCa(file: string, key: string): string {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(
      `${key}: the file cannot be read (${
        (error as NodeJS.ErrnoException).code ?? 'unknown'
      })`,
    );
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    throw new InputError(`${key}: the file holds no PEM certificate`);
  return pem;
}
