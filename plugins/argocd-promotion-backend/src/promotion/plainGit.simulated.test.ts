import { startPromotionBackend } from './__testUtils__/simulatedBackend';
import {
  commitsOf,
  overlay,
  REPOSITORY,
  STAGING_FILE,
  startShop,
} from './__testUtils__/simulatedShop';

jest.setTimeout(90_000);

describe('promotions in a git server without an API', () => {
  it('are one commit, pushed by git, that Argo CD then runs', async () => {
    const shop = await startShop();
    const { sim, image, fresh } = shop;
    const backend = await startPromotionBackend(shop, { push: true });
    try {
      await backend.client.plan();
      const created = await backend.client.promote('one');
      expect([created.status, created.body.error]).toEqual([201, undefined]);
      const { id } = created.body;
      const done = await backend.client.end(id);
      expect([done.state, done.message]).toEqual([
        'succeeded',
        expect.stringContaining('run the promoted digests'),
      ]);
      const [commit, ...others] = await commitsOf(shop, id);
      expect(others).toEqual([]);
      expect(sim.git.head(REPOSITORY, 'main')).toBe(commit.sha);
      expect(done.commit?.sha).toBe(commit.sha);
      const file = await sim.git.read(REPOSITORY, 'main', STAGING_FILE);
      expect(file.toString()).toBe(overlay(image, fresh.digest));
    } finally {
      await backend.stop();
      await sim.close();
    }
  });
});
