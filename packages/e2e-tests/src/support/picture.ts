import { expect, Page } from '@playwright/test';

/** A picture for people to look at; a page that is wider than its window fails. */
export async function picture(page: Page, name: string) {
  await expect(page.locator('[class*=MuiSkeleton]')).toHaveCount(0);
  await page.screenshot({
    path: `test-results/pictures/${name}.png`,
    animations: 'disabled',
  });
  const wider = await page.evaluate(
    () =>
      document.documentElement.scrollWidth -
      document.documentElement.clientWidth,
  );
  expect(wider).toBeLessThanOrEqual(0);
}
