import { expect, test } from '@playwright/test';
import { Promotion } from '@fairway/backstage-plugin-argocd-promotion-common';
import { approver, roads } from './cast';
import { BackendSession, runningDigest } from './support/backend';
import { commitsSince, fileAt, headOf, mergePullRequest } from './support/git';
import { picture } from './support/picture';
import { ServicePage } from './support/ServicePage';

/** Git after a promotion: one commit by it, of the one file that it planned, and the digest in that file. */
async function expectOneCommit(
  promotion: Promotion,
  base: string,
  digest: string,
) {
  expect(promotion.plan.edits).toHaveLength(1);
  const [{ repo, branch, path }] = promotion.plan.edits;
  const commits = await commitsSince(repo, branch, base);
  const own = commits.filter(commit => commit.parents.length === 1);
  expect(own.map(commit => commit.files)).toEqual([[path]]);
  expect(own[0].message).toContain(`Promotion-Id: ${promotion.id}`);
  expect(await fileAt(repo, branch, path)).toContain(digest);
  return commits;
}

for (const { app, service, owner } of roads) {
  test(`the ${app} app: an owner takes ${service} to staging by commit and to prod by pull request`, async ({
    page,
  }) => {
    const backend = await BackendSession.signIn(owner);
    const digest = runningDigest(await backend.pipeline(service), 'dev');
    const servicePage = new ServicePage(page, app, service);
    await servicePage.openTab(owner);

    await test.step('dev to staging by commit', async () => {
      const { repo, branch } = await backend.plannedEdit(service, 'staging');
      const base = await headOf(repo, branch);

      await servicePage.promote({
        digest,
        from: 'dev',
        to: 'staging',
        delivery: 'Commit',
      });
      await servicePage.expectFinished(digest, 'dev', 'staging');

      const promotion = await backend.newestPromotion(service, 'staging');
      expect(promotion.state).toBe('succeeded');
      expect(promotion.requestedBy).toBe(owner);
      const commits = await expectOneCommit(promotion, base, digest);
      expect(commits.map(commit => commit.sha)).toEqual([
        promotion.commit?.sha,
      ]);
    });

    await test.step('staging to prod by pull request', async () => {
      const { repo, branch } = await backend.plannedEdit(service, 'prod');
      const base = await headOf(repo, branch);

      await servicePage.promote({
        digest,
        from: 'staging',
        to: 'prod',
        delivery: 'Pull request',
      });
      const strip = servicePage.strip('staging', 'prod');
      await expect(strip).toContainText(/Waiting for gates/);
      // Gates and approval first; nothing is written before.
      expect(await commitsSince(repo, branch, base)).toEqual([]);
      const waiting = await backend.newestPromotion(service, 'prod');
      await (await BackendSession.signIn(approver)).approve(waiting);
      await expect(strip).toContainText('In review', { timeout: 60_000 });
      const link = strip.getByRole('link', { name: /Pull request #\d+/ });
      await expect(link).toBeVisible();
      await picture(page, `in-review-${app}`);
      // Until it is merged, nothing reaches the branch that prod follows.
      expect(await commitsSince(repo, branch, base)).toEqual([]);

      const open = await backend.newestPromotion(service, 'prod');
      expect(open.state).toBe('in-review');
      await mergePullRequest(repo, open.pullRequest!.number);
      await servicePage.expectFinished(digest, 'staging', 'prod');
      await picture(page, `finished-${app}`);

      const promotion = await backend.newestPromotion(service, 'prod');
      expect(promotion.id).toBe(open.id);
      expect(promotion.state).toBe('succeeded');
      await expectOneCommit(promotion, base, digest);
    });

    const view = await backend.pipeline(service);
    for (const environment of ['dev', 'staging', 'prod'])
      expect(runningDigest(view, environment)).toBe(digest);
    if (app === 'legacy') return;

    await test.step('staging back to what it ran before, and held', async () => {
      const lane = servicePage.lane('staging');
      const before = await backend.newestPromotion(service, 'staging');
      await lane.getByRole('button', { name: 'Roll back staging' }).click();
      await servicePage.confirm({ confirm: 'Roll back' });
      // While Pods of both releases run, no release is known, and the look for it throws.
      await expect(async () => {
        const now = await backend.pipeline(service);
        expect(runningDigest(now, 'staging')).toBe(
          before.plan.replaces?.images[0].digest,
        );
      }).toPass({ timeout: 120_000 });
      await expect(lane).toContainText('Held by Ana Lima');
      await expect(lane).toContainText('Rolled back; lift this hold');
      await picture(page, 'rolled-back');
      await lane.getByRole('button', { name: 'Lift the hold' }).click();
      await servicePage.confirm({ confirm: 'Lift hold' });
      await expect(lane).not.toContainText('Held by');
    });
  });
}
