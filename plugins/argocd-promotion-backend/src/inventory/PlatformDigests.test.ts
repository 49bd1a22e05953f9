import { NotFoundError, ServiceUnavailableError } from '@backstage/errors';
import { PlatformDigests } from './PlatformDigests';
import { imagesOfPods, PodFacts } from './runningImages';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const index = digest('a');
const child = digest('b');
const podRunning = (running: string): PodFacts => ({
  containers: [
    {
      name: 'main',
      image: `registry.example.com/shop/checkout:1.0@${index}`,
      imageId: `registry.example.com/shop/checkout@${running}`,
    },
  ],
});
const asking = (
  platformDigests: () => Promise<string[]>,
  knows: () => boolean = () => true,
) => {
  const registry = { knows, platformDigests: jest.fn(platformDigests) };
  return { registry, platforms: new PlatformDigests(registry) };
};
const podsOf = (platforms: PlatformDigests, pods: PodFacts[]) =>
  imagesOfPods(pods, platforms)[0].pods;

describe('PlatformDigests', () => {
  it('counts a Pod that runs a platform of the pinned index, asking once', async () => {
    const { registry, platforms } = asking(async () => [child]);
    const pods = [podRunning(index), podRunning(child)];
    expect(podsOf(platforms, pods)).toMatchObject({ total: 2, matching: 1 });
    await expect(platforms.read(pods)).resolves.toMatchObject({
      complete: true,
    });
    await platforms.read(pods);
    expect(podsOf(platforms, pods)).toEqual({
      total: 2,
      matching: 2,
      others: [],
    });
    expect(registry.platformDigests.mock.calls).toEqual([
      ['registry.example.com/shop/checkout', index],
    ]);
  });

  it('does not count what the index does not hold, and asks nothing when the digests are equal', async () => {
    const { registry, platforms } = asking(async () => [child]);
    await platforms.read([podRunning(index)]);
    expect(registry.platformDigests).not.toHaveBeenCalled();
    const pods = [podRunning(digest('c'))];
    await platforms.read(pods);
    expect(podsOf(platforms, pods)).toEqual({
      total: 1,
      matching: 0,
      others: [digest('c')],
    });
  });

  it('says that a registry cannot be asked, guesses nothing, and learns later', async () => {
    let up = false;
    const { platforms } = asking(async () => {
      if (!up) throw new ServiceUnavailableError('down');
      return [child];
    });
    const pods = [podRunning(child)];
    const first = await platforms.read(pods);
    expect(first.complete).toBe(false);
    expect(podsOf(platforms, pods)).toEqual({
      total: 1,
      matching: 0,
      others: [child],
      unverified:
        'the registry registry.example.com cannot be asked at present',
    });
    up = true;
    const second = await platforms.read(pods);
    expect(second.complete).toBe(true);
    expect(second.told).not.toBe(first.told);
    expect(podsOf(platforms, pods)).toMatchObject({ matching: 1, others: [] });
  });

  it.each([
    [
      'is not configured',
      asking(
        async () => [],
        () => false,
      ),
    ],
    [
      'does not know the pinned digest',
      asking(async () => {
        throw new NotFoundError('no such manifest');
      }),
    ],
  ])(
    'does not ask again when the registry %s',
    async (words, { platforms }) => {
      const pods = [podRunning(child)];
      await expect(platforms.read(pods)).resolves.toMatchObject({
        complete: true,
      });
      expect(podsOf(platforms, pods)?.unverified).toContain(words);
    },
  );
});
