import { expect, test } from '@playwright/test';
import { untouched } from './cast';
import { picture } from './support/picture';
import { ServicePage } from './support/ServicePage';

const { service, owner } = untouched;
const environments = ['dev', 'staging', 'prod'];

test('in a narrow window the lanes stand below each other, in their order, and nothing is lost', async ({
  page,
}) => {
  await page.setViewportSize({ width: 620, height: 1400 });
  const servicePage = new ServicePage(page, 'new', service);
  await servicePage.openTab(owner);
  const boxes = await Promise.all(
    environments.map(name => servicePage.lane(name).boundingBox()),
  );
  for (const [index, box] of boxes.entries()) {
    const before = boxes[index - 1];
    if (before && box) {
      expect(box.x).toBe(before.x);
      expect(box.y).toBeGreaterThan(before.y + before.height);
    }
  }
  // The arrow into a lane stands between it and the one above, and points down.
  for (const [index, name] of environments.slice(1).entries()) {
    const arrow = page.getByRole('group', { name: `Promotion to ${name}` });
    const box = (await arrow.boundingBox())!;
    const above = boxes[index]!;
    expect(box.y).toBeGreaterThanOrEqual(above.y + above.height - 1);
    const turn = await arrow
      .locator('[data-shaft]')
      .evaluate(element => getComputedStyle(element).transform);
    expect(turn).toMatch(/^matrix\(0, 1, -1, 0,|^matrix\([-\d.e]+, 1, -1,/);
  }
  await picture(page, 'tab-narrow');
});

test('a page that has not changed costs an empty answer', async ({ page }) => {
  const servicePage = new ServicePage(page, 'new', service);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const asked = new Set<string>();
  const statuses: number[] = [];
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (
      request.method === 'GET' &&
      request.url.endsWith(`/v1/entities/component/default/${service}`)
    )
      asked.add(requestId);
  });
  session.on('Network.responseReceivedExtraInfo', event => {
    if (asked.has(event.requestId)) statuses.push(event.statusCode);
  });
  await servicePage.openTab(owner);
  await expect.poll(() => statuses).toContain(200);
  // Argo CD compares again now and then, which the page tells; between two of these nothing changes.
  await expect
    .poll(
      async () => {
        await page.reload();
        await expect(servicePage.lane('dev')).toBeVisible();
        return statuses;
      },
      { timeout: 60_000 },
    )
    .toContain(304);
});
