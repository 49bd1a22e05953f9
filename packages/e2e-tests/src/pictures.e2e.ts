import { test } from '@playwright/test';
import { portraits, untouched } from './cast';
import { picture } from './support/picture';
import { ServicePage } from './support/ServicePage';

const cases = [
  { app: 'new', services: portraits },
  { app: 'legacy', services: [untouched.service] },
] as const;

for (const { app, services } of cases) {
  for (const theme of ['light', 'dark'] as const) {
    test(`the ${app} app: tabs and cards fit wide and narrow windows, ${theme}`, async ({
      page,
    }) => {
      await page.addInitScript(
        chosen => window.localStorage.setItem('theme', chosen),
        theme,
      );
      const pictures = async (name: string) => {
        for (const width of [1280, 1920]) {
          await page.setViewportSize({ width, height: 1000 });
          await picture(page, `${name}-${app}-${theme}-${width}`);
        }
      };
      for (const service of services) {
        const servicePage = new ServicePage(page, app, service);
        await servicePage.openOverview(untouched.owner);
        await pictures(`card-${service}`);
        await servicePage.openTab(untouched.owner);
        await pictures(`tab-${service}`);
      }
    });
  }
}
