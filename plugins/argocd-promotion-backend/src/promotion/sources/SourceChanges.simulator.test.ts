import { mockServices } from '@backstage/backend-test-utils';
import { GateContext } from '@fairway/backstage-plugin-argocd-promotion-node';
import { Simulator, startSimulator } from '@fairway/argocd-simulator';
import { component } from '../../__testUtils__/startPlugin';
import { createRelease } from '../../deployments/release';
import { GiteaHostProvider } from '../../git/GiteaHostProvider';
import { RegistryClient } from '../../registry';
import { ChecksGate } from '../gates/ChecksGate';
import { Evidence } from '../gates/Evidence';
import { ImageSources } from './ImageSources';
import { SourceChanges } from './SourceChanges';

jest.setTimeout(30_000);

describe('what the source code says of a release', () => {
  let sim: Simulator;
  let repository: string;
  let sources: SourceChanges;
  const shas: string[] = [];
  const digests: string[] = [];
  const logger = mockServices.logger.mock();
  const asked: string[] = [];

  beforeAll(async () => {
    sim = await startSimulator();
    const { url, head } = await sim.git.createRepository('acme/checkout', {
      files: { 'main.ts': '0' },
    });
    shas.push(head);
    for (const number of [1, 2]) {
      const sha = await sim.git.commit('acme/checkout', {
        branch: 'main',
        files: { 'main.ts': String(number) },
        message: `Change ${number}\n\nThe body.`,
        author: 'Ana Lima <ana@example.com>',
      });
      shas.push(sha);
    }
    repository = `${sim.registry.host}/shop/checkout`;
    for (const [i, sha] of shas.entries()) {
      const { digest } = sim.registry.push('shop/checkout', {
        tag: `1.${i}`,
        labels: {
          'org.opencontainers.image.revision': sha,
          // The first image says its commit alone.
          ...(i > 0 ? { 'org.opencontainers.image.source': url } : {}),
        },
      });
      digests.push(digest);
    }
    const registry = new RegistryClient({
      registries: [{ host: sim.registry.host, insecure: true }],
    });
    const provider = new GiteaHostProvider({
      hosts: [
        {
          host: new URL(sim.git.url).host,
          baseUrl: sim.git.url,
          password: sim.git.tokens.backstage,
        },
      ],
    });
    sources = new SourceChanges({
      images: new ImageSources({
        registry: {
          knows: name => registry.knows(name),
          labels: (name, digest) => {
            asked.push(digest);
            return registry.labels(name, digest);
          },
        },
        logger,
      }),
      getRepository: address => provider.getRepository(address),
      logger,
    });
  });
  afterAll(() => sim?.close());

  const release = (index: number) =>
    createRelease([{ repository, digest: digests[index] }]);
  const checkout = (location?: string) =>
    component('checkout', {
      annotations: location
        ? { 'backstage.io/source-location': `url:${location}` }
        : {},
    });

  it('lists the commits between two releases, newest first, and asks for the labels once', async () => {
    const between = () =>
      sources.between({
        entity: checkout(),
        before: release(0),
        after: release(2),
      });
    const [change, ...others] = await between();
    expect(others).toEqual([]);
    expect(change).toMatchObject({
      repository,
      from: shas[0],
      to: shas[2],
      commits: [
        { sha: shas[2], message: 'Change 2', author: 'Ana Lima' },
        { sha: shas[1], message: 'Change 1', author: 'Ana Lima' },
      ],
    });
    expect(change.commits[0].url).toContain(shas[2]);
    expect(change.back).toBeUndefined();
    await between();
    expect(asked.sort()).toEqual([digests[0], digests[2]].sort());
  });

  it('lists what goes with a step back, by the catalog where the image names no repository', async () => {
    const back = { before: release(2), after: release(0) };
    expect(await sources.between({ entity: checkout(), ...back })).toEqual([]);
    const location = `${sim.git.url}/acme/checkout/src/branch/main/`;
    expect(
      await sources.between({ entity: checkout(location), ...back }),
    ).toMatchObject([
      { back: true, commits: [{ sha: shas[2] }, { sha: shas[1] }] },
    ]);
  });

  it('says nothing of images that say nothing', async () => {
    const other = createRelease([
      { repository: 'elsewhere.example.com/a', digest: digests[1] },
    ]);
    const before = createRelease([
      { repository: 'elsewhere.example.com/a', digest: digests[0] },
    ]);
    expect(
      await sources.between({ entity: checkout(), before, after: other }),
    ).toEqual([]);
    expect(
      await sources.between({
        entity: checkout(),
        before: undefined,
        after: release(1),
      }),
    ).toEqual([]);
  });

  describe('as a gate', () => {
    const status = async (sha: string, context: string, state: string) => {
      const answer = await fetch(
        `${sim.git.url}/api/v1/repos/acme/checkout/statuses/${sha}`,
        {
          method: 'POST',
          headers: {
            authorization: `token ${sim.git.tokens.backstage}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify({ context, state }),
        },
      );
      if (!answer.ok) throw new Error(await answer.text());
    };
    const look = async (index: number, names?: string[]) => {
      const evidence = new Evidence({ logger, onFound: () => {} });
      const gate = new ChecksGate({ evidence, sources });
      const context = {
        entityRef: 'component:default/checkout',
        release: release(index),
        config: { names },
      } as unknown as GateContext;
      expect(gate.evaluate(context).state).toBe('pending');
      await evidence.settled();
      const { state, reason } = gate.evaluate(context);
      return [state, reason];
    };

    it('waits for checks, passes by them and is blocked by one that failed', async () => {
      const sha = shas[2].slice(0, 7);
      expect(await look(2)).toEqual([
        'pending',
        `Waits for any check of ${sha}`,
      ]);
      await status(shas[2], 'build', 'success');
      await status(shas[2], 'e2e', 'pending');
      expect(await look(2)).toEqual(['pending', `Waits for e2e of ${sha}`]);
      expect(await look(2, ['build'])).toEqual(['passed', '1 succeeded']);
      expect(await look(2, ['build', 'scan'])).toEqual([
        'pending',
        `Waits for scan of ${sha}`,
      ]);
      await status(shas[2], 'e2e', 'failure');
      expect(await look(2)).toEqual(['blocked', `Failed: e2e of ${sha}`]);
      await status(shas[2], 'e2e', 'success');
      expect(await look(2)).toEqual(['passed', '2 succeeded']);
    });

    it('is pending where the image does not name a repository', async () => {
      expect(await look(0)).toEqual([
        'pending',
        'They are not known: no git host that tells checks is configured for its source',
      ]);
    });
  });
});
