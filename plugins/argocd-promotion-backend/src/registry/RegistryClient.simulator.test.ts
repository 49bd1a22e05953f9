import {
  Simulator,
  startRegistry,
  startSimulator,
} from '@fairway/argocd-simulator';
import { RegistryClient } from './RegistryClient';

/** The client and a simulated registry over real sockets. */
describe('RegistryClient against a registry', () => {
  let simulator: Simulator;
  let client: RegistryClient;
  let repository: string;

  beforeAll(async () => {
    simulator = await startSimulator();
    const { host } = simulator.registry;
    client = new RegistryClient({
      registries: [{ host, insecure: true }],
      deadlineMs: 5_000,
    });
    repository = `${host}/shop/team-a/checkout`;
  });
  afterAll(() => simulator.close());
  afterEach(() => simulator.faults.clear());

  it('follows a tag that moves', async () => {
    const one = simulator.registry.push('shop/team-a/checkout', {
      tag: '1.0.0',
    });
    const two = simulator.registry.push('shop/team-a/checkout', {
      tag: '1.1.0',
    });
    expect(await client.resolveTag(repository, '1.0.0')).toBe(one.digest);
    simulator.registry.moveTag('shop/team-a/checkout', '1.0.0', two.digest);
    expect(await client.resolveTag(repository, '1.0.0')).toBe(two.digest);
  });

  it('reads labels and platforms of an index and of an image', async () => {
    const labels = { 'org.opencontainers.image.revision': 'abc' };
    const index = simulator.registry.push('shop/team-a/checkout', {
      tag: '2.0.0',
      labels,
      platforms: ['linux/amd64', 'linux/arm64'],
    });
    const children = await client.platformDigests(repository, index.digest);
    expect(children).toHaveLength(2);
    expect(children).not.toContain(index.digest);
    expect(await client.labels(repository, index.digest)).toEqual(labels);
    expect(await client.platformDigests(repository, children[1])).toEqual([]);
    expect(await client.labels(repository, children[1])).toEqual(labels);
  });

  it('tells an unknown tag, image and repository from a registry in trouble', async () => {
    simulator.registry.push('shop/team-a/checkout', { tag: '3.0.0' });
    const missing = { name: 'NotFoundError' };
    await expect(client.resolveTag(repository, '9')).rejects.toMatchObject(
      missing,
    );
    await expect(
      client.labels(repository, `sha256:${'0'.repeat(64)}`),
    ).rejects.toMatchObject(missing);
    await expect(
      client.resolveTag(`${simulator.registry.host}/none`, '1'),
    ).rejects.toMatchObject(missing);
    for (const kind of ['reset', 'html', 'status'] as const) {
      simulator.faults.set({ target: 'registry', kind, times: 1 });
      await expect(
        client.resolveTag(repository, '3.0.0'),
      ).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
    }
  });

  it('proves who it is to a registry that asks', async () => {
    const locked = await startRegistry({
      credentials: { username: 'promoter', password: 'open-sesame' },
    });
    const as = (credentials: { username?: string; password?: string }) =>
      new RegistryClient({
        registries: [{ host: locked.host, insecure: true, ...credentials }],
      });
    try {
      const { digest } = locked.push('checkout', { tag: '1' });
      const name = `${locked.host}/checkout`;
      expect(
        await as({
          username: 'promoter',
          password: 'open-sesame',
        }).resolveTag(name, '1'),
      ).toBe(digest);
      for (const wrong of [
        {},
        { username: 'promoter', password: 'wrong-sesame' },
      ]) {
        const asking = as(wrong).resolveTag(name, '1');
        await expect(asking).rejects.toThrow(/argocdPromotion.registries/);
        await expect(asking).rejects.not.toThrow(/sesame/);
      }
    } finally {
      await locked.close();
    }
  });

  it('has a deadline', async () => {
    simulator.faults.set({ target: 'registry', kind: 'hang' });
    const impatient = new RegistryClient({
      registries: [{ host: simulator.registry.host, insecure: true }],
      deadlineMs: 50,
    });
    await expect(
      impatient.resolveTag(repository, '3.0.0'),
    ).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
  });
});
