import { expect, test } from '@playwright/test';
import { templates } from './cast';
import { appUrl } from './support/demo';
import { BackendSession, runningDigest } from './support/backend';
import { commitsSince, fileAt, headOf } from './support/git';
import { ServicePage } from './support/ServicePage';

for (const { app, service, owner } of templates) {
  test(`the ${app} app: the template takes ${service} to staging`, async ({
    page,
  }) => {
    const backend = await BackendSession.signIn(owner);
    const digest = runningDigest(await backend.pipeline(service), 'dev');
    const { repo, branch, path } = await backend.plannedEdit(
      service,
      'staging',
    );
    const base = await headOf(repo, branch);
    const servicePage = new ServicePage(page, app, service);
    await servicePage.openTab(owner);

    await page.goto(`${appUrl(app)}/create/templates/default/promote`);
    const picker = page.getByRole('textbox', { name: /Service/ });
    await picker.fill(service);
    await page
      .getByRole('option', { name: new RegExp(service, 'i') })
      .first()
      .click();
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('button', { name: 'Create' }).click();
    await expect(page.getByText('succeeded').first()).toBeVisible({
      timeout: 120_000,
    });

    const promotion = await backend.newestPromotion(service, 'staging');
    expect(promotion.state).toBe('succeeded');
    expect(promotion.requestedBy).toBe(owner);
    const commits = await commitsSince(repo, branch, base);
    expect(commits.map(commit => [commit.sha, commit.files])).toEqual([
      [promotion.commit?.sha, [path]],
    ]);
    expect(await fileAt(repo, branch, path)).toContain(digest);

    await servicePage.openTab(owner);
    await servicePage.expectFinished(digest, 'dev', 'staging');
  });
}
