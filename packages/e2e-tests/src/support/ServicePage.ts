import { expect, Locator, Page } from '@playwright/test';
import { appUrl, userName } from './demo';
import { short } from './backend';
import { picture } from './picture';

/** The page of one service, as a person uses it. Both apps show the same. */
export class ServicePage {
  readonly page: Page;
  readonly #app: string;
  readonly #url: string;

  constructor(page: Page, app: 'new' | 'legacy', service: string) {
    this.page = page;
    this.#app = app;
    this.#url = `${appUrl(app)}/catalog/default/component/${service}`;
  }

  /** Opens the tab, signing in first where the browser is nobody yet. */
  async openTab(userRef: string) {
    await this.page.goto(`${this.#url}/promotion`);
    await this.#signIn(userRef);
    await expect(this.lane('dev')).toBeVisible();
  }

  async openOverview(userRef: string) {
    await this.page.goto(this.#url);
    await this.#signIn(userRef);
    await expect(this.card).toBeVisible();
  }

  async #signIn(userRef: string) {
    const choice = this.page.getByRole('button', { name: userName(userRef) });
    const menu = this.page.getByRole('link', { name: 'Settings' }).first();
    await expect(choice.or(menu).first()).toBeVisible({ timeout: 60_000 });
    if (await choice.isVisible()) await choice.click();
    await expect(menu).toBeVisible();
  }

  lane(environment: string): Locator {
    return this.page.getByRole('region', {
      name: `Environment ${environment}`,
      exact: true,
    });
  }

  get card(): Locator {
    return this.page.getByRole('table', {
      name: 'What runs in each environment',
    });
  }

  promoteButton(digest: string, from: string, to: string): Locator {
    return this.page.getByRole('button', {
      name: `Promote ${short(digest)} from ${from} to ${to}`,
    });
  }

  strip(from: string, to: string): Locator {
    return this.page.getByRole('region', { name: `Promotion ${from} → ${to}` });
  }

  recent(from: string, to: string): Locator {
    return this.page
      .getByRole('region', { name: 'Recent promotions' })
      .getByRole('listitem')
      .filter({ hasText: `${from} → ${to}` });
  }

  /** Presses Promote on the arrow, looks at the plan, and confirms. */
  async promote(options: {
    digest: string;
    from: string;
    to: string;
    delivery: 'Commit' | 'Pull request';
  }) {
    const { digest, from, to, delivery } = options;
    const button = this.promoteButton(digest, from, to);
    await expect(button).toBeEnabled();
    await button.click();
    const dialog = this.page.getByRole('dialog');
    const hex = digest.replace('sha256:', '');
    await expect(dialog.getByText('The change in git')).toBeVisible();
    await expect(dialog.getByText(hex).first()).toBeVisible();
    await dialog.getByRole('button', { name: delivery, exact: true }).click();
    await picture(this.page, `plan-${this.#app}-${to}`);
    await this.#ask();
  }

  /** Presses whatever the arrow offers, and asks for it as it is configured. */
  async askFor(from: string, to: string) {
    const name = new RegExp(`^Promote .* from ${from} to ${to}$`);
    const button = this.page.getByRole('button', { name });
    await expect(button).toBeEnabled();
    await button.click();
    await this.#ask();
  }

  /** With a gate that is closed yet, one asks and waits. */
  async #ask() {
    const dialog = this.page.getByRole('dialog');
    const button = dialog.getByRole('button', {
      name: /^(Promote|Ask for promotion)$/,
    });
    await expect(button).toBeEnabled();
    await button.click();
    await expect(dialog).toBeHidden();
  }

  /** Presses a button of the strip and the one that confirms it. */
  async decide(
    strip: Locator,
    options: { button: string; confirm: string; reason?: string },
  ) {
    await strip.getByRole('button', { name: options.button }).click();
    await this.confirm(options);
  }

  async confirm({ confirm, reason }: { confirm: string; reason?: string }) {
    const dialog = this.page.getByRole('dialog').last();
    if (reason)
      await dialog.getByRole('textbox', { name: /Reason/ }).fill(reason);
    await dialog.getByRole('button', { name: confirm, exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  /** Looks at the plan that waits, and approves it. */
  async approve(strip: Locator, words: string) {
    await strip.getByRole('button', { name: 'Review and approve' }).click();
    const dialog = this.page.getByRole('dialog');
    await expect(dialog.getByText('The change in git')).toBeVisible();
    await dialog.getByRole('textbox', { name: /approval/ }).fill(words);
    await picture(this.page, `approve-${this.#app}`);
    await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
    await expect(dialog.getByText(words).first()).toBeVisible();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toBeHidden();
  }

  async expectFinished(digest: string, from: string, to: string) {
    await expect(this.recent(from, to).first()).toContainText('Succeeded', {
      timeout: 120_000,
    });
    await expect(this.strip(from, to)).toBeHidden();
    const lane = this.lane(to);
    await expect(
      lane.getByRole('button', { name: `Copy digest ${short(digest)}` }),
    ).toBeVisible();
    await expect(lane).toContainText('Synced');
    await expect(lane).toContainText('Healthy');
  }
}
