import { expect, test } from '@playwright/test';
import { canary } from './cast';
import { picture } from './support/picture';
import { ServicePage } from './support/ServicePage';

const { service, owner } = canary;

test('a canary that waits for somebody is continued, and one that an analysis refused says so', async ({
  page,
}) => {
  const servicePage = new ServicePage(page, 'new', service);
  await servicePage.openTab(owner);
  const dev = servicePage.lane('dev');
  const staging = servicePage.lane('staging');
  const refused =
    'stable keeps serving 1.2.0; 1.3.0 was refused by success-rate';
  await expect(staging).toContainText(refused, { timeout: 90_000 });
  await expect(staging).toContainText('Degraded');
  await expect(dev).toContainText(
    '1.3.0 beside 1.2.0 at 50 %: waits for somebody to continue',
    { timeout: 90_000 },
  );

  await test.step('refused in staging: measurements and the reason', async () => {
    await staging.getByRole('button', { name: 'Resources' }).click();
    const sheet = page.getByRole('dialog');
    const rollout = sheet.getByRole('region', {
      name: 'Rollout recommendations',
    });
    await expect(rollout).toContainText(refused);
    await expect(
      rollout.getByRole('img', { name: /success-rate: 2 of 4 measurements/ }),
    ).toBeVisible();
    await expect(rollout.getByRole('button', { name: 'Abort' })).toBeDisabled();
    await picture(page, 'rollout-refused');
    await sheet.getByRole('button', { name: 'Close' }).click();
  });

  await test.step('continued in dev', async () => {
    await dev.getByRole('button', { name: 'Resources' }).click();
    const rollout = page.getByRole('region', {
      name: 'Rollout recommendations',
    });
    await rollout.getByRole('button', { name: 'Continue' }).click();
    const question = page.getByRole('dialog', {
      name: 'Continue: recommendations in dev?',
    });
    await expect(question).toContainText('1.3.0 goes on to the end.');
    await question.getByRole('button', { name: 'Continue' }).click();
    await expect(question).toBeHidden({ timeout: 30_000 });
    await expect(rollout).toContainText('1.3.0 serves everything', {
      timeout: 60_000,
    });
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Close' })
      .click();
    await expect(dev).toContainText('Healthy');
  });
});
