import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { RegistryClient } from './RegistryClient';

const digest = `sha256:${'a'.repeat(64)}`;
const child = `sha256:${'b'.repeat(64)}`;
const config = `sha256:${'c'.repeat(64)}`;

describe('RegistryClient', () => {
  let server: Server;
  let host: string;
  const authorizations: Array<string | undefined> = [];

  beforeAll(async () => {
    server = createServer((req, res) => {
      const url = new URL(req.url ?? '/', `http://${host}`);
      authorizations.push(req.headers.authorization);
      const json = (body: unknown) => res.end(JSON.stringify(body));
      if (url.pathname === '/token') {
        if (url.searchParams.get('scope') !== 'repository:shop/checkout:pull')
          res.statusCode = 400;
        json({ token: 'short-lived' });
      } else if (req.headers.authorization !== 'Bearer short-lived') {
        res
          .writeHead(401, {
            'www-authenticate': `Bearer realm="http://${host}/token",service="reg"`,
          })
          .end();
      } else if (url.pathname === '/v2/shop/checkout/manifests/1.2.0') {
        res.writeHead(200, { 'docker-content-digest': digest }).end();
      } else if (
        url.pathname ===
        `/v2/shop/checkout/manifests/${encodeURIComponent(digest)}`
      ) {
        json({ manifests: [{ digest: child, platform: { os: 'linux' } }] });
      } else if (
        url.pathname ===
        `/v2/shop/checkout/manifests/${encodeURIComponent(child)}`
      ) {
        json({ config: { digest: config } });
      } else if (
        url.pathname === `/v2/shop/checkout/blobs/${encodeURIComponent(config)}`
      ) {
        json({
          config: { Labels: { 'org.opencontainers.image.revision': 'abc' } },
        });
      } else {
        res.writeHead(404).end();
      }
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => new Promise(resolve => server.close(resolve)));

  const client = () =>
    new RegistryClient({
      registries: [{ host, username: 'u', password: 'p', insecure: true }],
    });

  it('resolves tags, indexes and labels after fetching a token', async () => {
    const repository = `${host}/shop/checkout`;
    expect(await client().resolveTag(repository, '1.2.0')).toBe(digest);
    expect(await client().platformDigests(repository, digest)).toEqual([child]);
    expect(await client().labels(repository, digest)).toEqual({
      'org.opencontainers.image.revision': 'abc',
    });
    expect(authorizations).toContain(
      `Basic ${Buffer.from('u:p').toString('base64')}`,
    );
  });

  it('says when there is no such tag', async () => {
    await expect(
      client().resolveTag(`${host}/shop/checkout`, '9'),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
  });

  it('asks no registry that is not configured', async () => {
    expect(client().knows('other.example.com/shop/checkout')).toBe(false);
    await expect(
      client().resolveTag('other.example.com/shop/checkout', '1'),
    ).rejects.toThrow(/argocdPromotion.registries/);
  });
});
