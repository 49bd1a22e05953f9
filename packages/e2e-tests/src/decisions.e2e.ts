import { expect, test } from '@playwright/test';
import { approver, automatic, decided } from './cast';
import { BackendSession } from './support/backend';
import { headOf } from './support/git';
import { picture } from './support/picture';
import { ServicePage } from './support/ServicePage';

test('people reject, supersede, approve and cancel, and nothing is written', async ({
  page,
  browser,
}) => {
  const { service, owner } = decided;
  const backend = await BackendSession.signIn(owner);
  const { repo, branch } = await backend.firstEdit(service, 'prod');
  const base = await headOf(repo, branch);
  const asked = new ServicePage(page, 'new', service);
  const context = await browser.newContext();
  const decides = new ServicePage(await context.newPage(), 'new', service);
  await asked.openTab(owner);
  await decides.openTab(approver);
  const strip = asked.strip('staging', 'prod');
  const ask = async () => {
    const { length } = await backend.promotionIds(service);
    await asked.askFor('staging', 'prod');
    await expect(strip).toContainText('Waiting for gates');
    expect(await backend.promotionIds(service)).toHaveLength(length + 1);
  };

  await test.step('reject', async () => {
    await ask();
    // Four eyes: whoever asked may only cancel.
    await expect(strip).toContainText(/You cannot approve it/);
    await decides.decide(decides.strip('staging', 'prod'), {
      button: 'Reject…',
      confirm: 'Reject',
      reason: 'Not on a Friday',
    });
    await expect(asked.recent('staging', 'prod').first()).toContainText(
      /Rejected.*Not on a Friday/,
    );
    await expect(strip).toBeHidden();
  });

  await test.step('supersede', async () => {
    await ask();
    const { id } = await backend.newestPromotion(service, 'prod');
    await backend.promote(service, 'prod');
    await expect(asked.recent('staging', 'prod').nth(1)).toContainText(
      'Replaced by a newer one',
    );
    expect((await backend.promotion(id)).state).toBe('superseded');
    await expect(strip).toContainText('Waiting for gates');
  });

  await test.step('approve, and cancel in review', async () => {
    await decides.approve(decides.strip('staging', 'prod'), 'Seen in staging');
    await expect(strip).toContainText('In review', { timeout: 60_000 });
    const open = await backend.newestPromotion(service, 'prod');
    expect(open.approvals).toMatchObject([
      { by: approver, reason: 'Seen in staging' },
    ]);
    await asked.decide(strip, {
      button: 'Cancel promotion…',
      confirm: 'Cancel promotion',
    });
    await expect(asked.recent('staging', 'prod').first()).toContainText(
      'Cancelled',
    );
    expect(await headOf(repo, branch)).toBe(base);
  });
  await context.close();
});

test('holds are set and lifted on the tab, and whoever promotes is told', async ({
  page,
}) => {
  const { service, owner } = decided;
  const servicePage = new ServicePage(page, 'new', service);
  await servicePage.openTab(owner);
  const lane = servicePage.lane('prod');
  await page.getByRole('button', { name: 'Hold promotions…' }).click();
  await page.getByRole('radio', { name: 'prod' }).click();
  await servicePage.confirm({ confirm: 'Hold', reason: 'Black Friday' });
  await expect(lane).toContainText(/Held by Mia Novak.*Black Friday/);
  const dialog = page.getByRole('dialog');
  await page
    .getByRole('group', { name: 'Promotion to prod' })
    .getByRole('button')
    .click();
  await expect(dialog).toContainText('prod is held');
  await picture(page, 'held');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await lane.getByRole('button', { name: 'Lift the hold' }).click();
  await servicePage.confirm({ confirm: 'Lift hold' });
  await expect(lane).not.toContainText('Held by');
});

test('a smoke test that fails stops what went on by itself: git goes back, and the timeline tells the story', async ({
  page,
}) => {
  const { service, owner } = automatic;
  const servicePage = new ServicePage(page, 'new', service);
  await servicePage.openTab(owner);
  const lane = servicePage.lane('staging');
  await expect(lane).toContainText(/Held.*Rolled back; lift this hold/, {
    timeout: 120_000,
  });
  const arrow = page.getByRole('group', { name: 'Promotion to staging' });
  await expect(arrow).toContainText(/Promotes by itself.*Not now/);
  const failed = servicePage
    .recent('dev', 'staging')
    .filter({ hasText: 'Failed' });
  await expect(failed).toContainText(/failed/);
  await failed.getByRole('button').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('What happened')).toBeVisible();
  for (const words of [
    /Requested/,
    /Writes to git/,
    /Rolled back by promotion/,
  ])
    await expect(dialog.getByText(words).first()).toBeVisible();
  await dialog.getByText('What happened').scrollIntoViewIfNeeded();
  for (const [theme, width] of [
    ['timeline', 1280],
    ['timeline-wide', 1920],
  ] as const) {
    await page.setViewportSize({ width, height: 1000 });
    await picture(page, theme);
  }
  await dialog.getByRole('button', { name: 'Close' }).click();

  // The hold lifted, the release that failed is not tried again by itself.
  await lane.getByRole('button', { name: 'Lift the hold' }).click();
  await servicePage.confirm({ confirm: 'Lift hold' });
  await expect(arrow).toContainText(/promoted here before/);
});
