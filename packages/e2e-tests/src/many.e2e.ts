import { expect, test } from '@playwright/test';
import { PipelineView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { untouched } from './cast';
import { picture } from './support/picture';
import { ServicePage } from './support/ServicePage';

const { service, owner } = untouched;

/** The same view, but with so many copies of its Applications. */
function multiplied(view: PipelineView, times: number): PipelineView {
  return {
    ...view,
    environments: view.environments.map(environment => ({
      ...environment,
      applications: environment.applications.flatMap(application =>
        Array.from({ length: times }, (_, index) => ({
          ...application,
          name: `${application.name}-shard-${String(index).padStart(3, '0')}`,
        })),
      ),
    })),
  };
}

test('200 Applications an environment: lanes stay folded, the list is searched and scrolled without a jam', async ({
  page,
}) => {
  await page.route(
    `**/v1/entities/component/default/${service}`,
    async route => {
      const response = await route.fetch();
      await route.fulfill({
        response,
        json: multiplied(await response.json(), 200),
      });
    },
  );
  await page.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver(list =>
      tasks.push(...list.getEntries().map(entry => entry.duration)),
    ).observe({ type: 'longtask', buffered: false });
  });
  const servicePage = new ServicePage(page, 'new', service);
  await servicePage.openTab(owner);
  const prod = servicePage.lane('prod');
  await expect(prod).toContainText('200 Applications on main');
  await picture(page, 'many');

  const longest = async (what: string, act: () => Promise<void>) => {
    await page.evaluate(() => {
      (window as unknown as { longTasks: number[] }).longTasks.length = 0;
    });
    await act();
    const tasks = await page.evaluate(
      () => (window as unknown as { longTasks: number[] }).longTasks,
    );
    test.info().annotations.push({
      type: what,
      description: `longest task ${Math.round(Math.max(0, ...tasks))} ms`,
    });
  };
  const sheet = page.getByRole('dialog', { name: 'Applications in prod' });
  await longest('open', async () => {
    await prod.getByRole('button', { name: 'All 200 Applications' }).click();
    await expect(sheet.getByRole('row')).toHaveCount(31);
  });
  await picture(page, 'many-list');
  await longest('search', async () => {
    await sheet.getByRole('textbox').pressSequentially('shard-19');
    await expect(sheet.getByRole('row')).toHaveCount(11);
  });
  for (const { type, description } of test.info().annotations)
    process.stdout.write(`    ${type}: ${description}\n`);
});
