import { RegistryServer, startRegistry } from './startRegistry';

interface Manifest {
  manifests: Array<{ digest: string; platform: { architecture: string } }>;
  config: { digest: string };
}

describe('registry', () => {
  let registry: RegistryServer;
  const get = (path: string, init?: RequestInit) =>
    fetch(`http://${registry.host}${path}`, init);
  const json = async <T>(path: string): Promise<T> =>
    (await get(path)).json() as Promise<T>;

  beforeEach(async () => {
    registry = await startRegistry();
  });
  afterEach(() => registry.close());

  it('resolves tags to digests, which can be moved', async () => {
    const one = registry.push('shop/checkout', {
      tag: '1.0.0',
      labels: { 'org.opencontainers.image.revision': 'abc' },
    });
    const two = registry.push('shop/checkout', { tag: '1.1.0' });
    expect(one.reference).toBe(
      `${registry.host}/shop/checkout:1.0.0@${one.digest}`,
    );

    const head = await get('/v2/shop/checkout/manifests/1.0.0', {
      method: 'HEAD',
    });
    expect(head.status).toBe(200);
    expect(head.headers.get('docker-content-digest')).toBe(one.digest);
    expect(await head.text()).toBe('');

    const manifest = await json<Manifest>(
      `/v2/shop/checkout/manifests/${one.digest}`,
    );
    expect(
      await json(`/v2/shop/checkout/blobs/${manifest.config.digest}`),
    ).toMatchObject({
      architecture: 'amd64',
      config: { Labels: { 'org.opencontainers.image.revision': 'abc' } },
    });

    registry.moveTag('shop/checkout', '1.0.0', two.digest);
    const moved = await get('/v2/shop/checkout/manifests/1.0.0');
    expect(moved.headers.get('docker-content-digest')).toBe(two.digest);
  });

  it('has indexes with a child for each platform', async () => {
    const { digest } = registry.push('shop/web', {
      tag: '1',
      platforms: ['linux/amd64', 'linux/arm64'],
    });
    const index = await json<Manifest>(`/v2/shop/web/manifests/${digest}`);
    expect(
      index.manifests.map(({ platform }) => platform.architecture),
    ).toEqual(['amd64', 'arm64']);
    const child = await get(
      `/v2/shop/web/manifests/${index.manifests[1].digest}`,
    );
    expect(child.headers.get('content-type')).toContain(
      'image.manifest.v1+json',
    );
  });

  it('lists tags page by page', async () => {
    for (const tag of ['c', 'a', 'b']) registry.push('x', { tag });
    expect(await json('/v2/x/tags/list')).toEqual({
      name: 'x',
      tags: ['a', 'b', 'c'],
    });
    const first = await get('/v2/x/tags/list?n=2');
    expect(await first.json()).toEqual({ name: 'x', tags: ['a', 'b'] });
    const [, next] = /<([^>]+)>; rel="next"/.exec(
      first.headers.get('link') ?? '',
    )!;
    expect(await json(next)).toEqual({ name: 'x', tags: ['c'] });
  });

  it('answers what it does not have as the specification says', async () => {
    registry.push('x', { tag: '1' });
    expect((await get('/v2/')).status).toBe(200);
    for (const [path, code] of [
      ['/v2/nope/manifests/1', 'NAME_UNKNOWN'],
      ['/v2/x/manifests/2', 'MANIFEST_UNKNOWN'],
      ['/v2/x/blobs/sha256:0', 'BLOB_UNKNOWN'],
    ]) {
      const answer = await get(path);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ errors: [{ code }] });
    }
  });

  it('lets nodes pull by tag and by digest, from this registry only', async () => {
    const { digest, reference } = registry.push('shop/web', { tag: '1' });
    const { images, host } = registry;
    for (const name of [
      reference,
      `${host}/shop/web:1`,
      `${host}/shop/web@${digest}`,
    ]) {
      expect(await images.pull(name)).toEqual({ digest });
    }
    expect(await images.pull(`${host}/shop/web`)).toBeUndefined();
    expect(await images.pull(`${host}/shop/web@sha256:0`)).toBeUndefined();
    expect(await images.pull('docker.io/library/nginx:1')).toBeUndefined();
    images.setPullable(digest, false);
    expect(await images.pull(reference)).toBeUndefined();
  });

  it('asks for a token when it has credentials', async () => {
    const locked = await startRegistry({
      credentials: { username: 'u', password: 'p' },
    });
    try {
      const { digest } = locked.push('x', { tag: '1' });
      const refused = await fetch(`http://${locked.host}/v2/x/manifests/1`);
      expect(refused.status).toBe(401);
      const [, realm] = /realm="([^"]+)"/.exec(
        refused.headers.get('www-authenticate')!,
      )!;
      const basic = {
        authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
      };
      expect((await fetch(realm)).status).toBe(401);
      const { token } = (await (
        await fetch(realm, { headers: basic })
      ).json()) as { token: string };
      const allowed = await fetch(`http://${locked.host}/v2/x/manifests/1`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(allowed.headers.get('docker-content-digest')).toBe(digest);
    } finally {
      await locked.close();
    }
  });
});
