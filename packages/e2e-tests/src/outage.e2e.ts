import { expect, test } from '@playwright/test';
import { split, untouched } from './cast';
import { outage } from './support/demo';
import { BackendSession, runningDigest, short } from './support/backend';
import { picture } from './support/picture';
import { ServicePage } from './support/ServicePage';

const { service, owner, instance } = split;

test.afterEach(() => outage(instance, 'over'));

for (const kind of ['down', 'hanging', '500', 'expired-token'] as const) {
  test(`an Argo CD that is out (${kind}) is told of its own data, which stays, and of nothing else`, async ({
    page,
  }) => {
    const digest = runningDigest(
      await (await BackendSession.signIn(owner)).pipeline(service),
      'prod',
    );
    const servicePage = new ServicePage(page, 'new', service);
    await servicePage.openTab(owner);
    const banner = page.getByText(
      new RegExp(`Argo CD instance ${instance} cannot be read`),
    );
    const prod = servicePage.lane('prod');
    const mark = prod.getByText(new RegExp(`Application of ${instance} as of`));
    await expect(prod).toContainText('2 Applications on main and eu');
    await expect(banner).toBeHidden();

    await outage(instance, kind);
    // A hanging one is noticed when a request's deadline is over.
    await expect(banner).toBeVisible({ timeout: 60_000 });
    await expect(mark).toBeVisible();
    await expect(prod).toContainText(short(digest));
    for (const other of ['dev', 'staging'])
      await expect(servicePage.lane(other)).not.toContainText('as of');
    await picture(page, `outage-${kind}`);

    // Whoever has nothing there is not bothered.
    const neighbour = new ServicePage(page, 'new', untouched.service);
    await neighbour.openTab(owner);
    await expect(banner).toBeHidden();

    await servicePage.openTab(owner);
    await expect(banner).toBeVisible();
    await outage(instance, 'over');
    await expect(banner).toBeHidden({ timeout: 90_000 });
    await expect(mark).toBeHidden();
  });
}
