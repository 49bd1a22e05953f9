import { expect, test } from '@playwright/test';
import { untouched } from './cast';
import { picture } from './support/picture';
import { ServicePage } from './support/ServicePage';

const { service, owner } = untouched;
const root = 'dev-root';
const child = `${service}-dev`;

test('a lane leads to its root, which is walked as a tree and seen as a graph, and orphans are named', async ({
  page,
}) => {
  const servicePage = new ServicePage(page, 'new', service);
  await servicePage.openTab(owner);
  await servicePage.lane('dev').getByRole('link', { name: root }).click();
  await expect(page.getByRole('heading', { name: root })).toBeVisible();

  const tree = page.getByRole('tree', { name: `What hangs under ${root}` });
  const top = tree.getByRole('treeitem', { name: `Application ${root},` });
  const leaf = tree.getByRole('treeitem', { name: `Application ${child},` });
  await expect(top).toHaveAttribute('aria-level', '1');
  await expect(leaf).toHaveAttribute('aria-level', '2');
  await picture(page, 'root-tree');

  await test.step('the tree by keyboard alone', async () => {
    await tree.focus();
    await expect(top).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('ArrowLeft');
    await expect(top).toHaveAttribute('aria-expanded', 'false');
    await expect(leaf).toHaveCount(0);
    await page.keyboard.press('ArrowRight');
    await expect(top).toHaveAttribute('aria-expanded', 'true');
    await page.keyboard.press('End');
    const last = tree.getByRole('treeitem').last();
    await expect(last).toHaveAttribute('aria-selected', 'true');
    // What is selected is what a screen reader is told of.
    await expect(tree).toHaveAttribute(
      'aria-activedescendant',
      (await last.getAttribute('id'))!,
    );
    await page.keyboard.press('Home');
    await page.keyboard.press(service[0]);
    await expect(leaf).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog', { name: child });
    await expect(sheet).toContainText('main / argocd');
    await page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
    await expect(tree).toBeFocused();
  });

  await test.step('the graph shows the same', async () => {
    await page.getByRole('button', { name: 'Graph' }).click();
    const graph = page.getByRole('group', { name: /^Graph of what hangs/ });
    await expect(graph.getByRole('button', { name: child })).toBeVisible();
    const start = graph.getByRole('button', { name: root });
    await start.focus();
    await page.keyboard.press('ArrowRight');
    await expect(start).not.toBeFocused();
    await expect(graph.locator(':focus')).toHaveAccessibleName(/-dev,/);
    await picture(page, 'root-graph');
  });

  await test.step('an orphan, and that it would not come back', async () => {
    await page.getByRole('link', { name: 'All roots' }).click();
    const dev = page.getByRole('region', { name: 'Environment dev' });
    await expect(
      dev.getByRole('list', { name: 'Roots of dev' }).getByRole('listitem'),
    ).toContainText([root]);
    await expect(
      dev.getByRole('list', { name: 'Orphans of dev' }).getByRole('listitem'),
    ).toContainText(['billing-dev']);
    await expect(
      dev.getByRole('list', { name: 'What of dev would not come back' }),
    ).toContainText(/Application\s*billing-dev/);
    await picture(page, 'roots');
  });
});
