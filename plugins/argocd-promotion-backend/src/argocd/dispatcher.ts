import { Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { InstanceConfig } from '../config/types';

/**
 * Connections to one Instance: kept alive, at most so many (further requests wait their turn within their deadline),
 * with the Instance's own trust in certificates. Proxies are those of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`; the
 * Instance's TLS settings hold for the Instance behind a proxy, never for the proxy.
 */
export function createDispatcher(
  config: Pick<InstanceConfig, 'ca' | 'skipTlsVerify'>,
  options: { connections: number; connectTimeoutMs: number },
): Dispatcher {
  const { connections, connectTimeoutMs: timeout } = options;
  const tls = {
    ...(config.ca ? { ca: config.ca } : {}),
    ...(config.skipTlsVerify ? { rejectUnauthorized: false } : {}),
  };
  return new EnvHttpProxyAgent({
    connections,
    connect: { timeout, ...tls },
    requestTls: { timeout, ...tls },
    proxyTls: { timeout },
    // As Node.js itself does: plain HTTP is handed to the proxy, which often refuses tunnels to other ports than 443.
    proxyTunnel: false,
    factory: (origin, settings) =>
      new Pool(origin, { ...settings, connections }),
  });
}
