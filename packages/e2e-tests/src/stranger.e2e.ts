import { expect, test } from '@playwright/test';
import { untouched } from './cast';
import { BackendSession, runningDigest } from './support/backend';
import { headOf } from './support/git';
import { ServicePage } from './support/ServicePage';

const { service, owner, stranger } = untouched;

for (const app of ['new', 'legacy'] as const) {
  test(`the ${app} app: somebody of another team sees why they may not promote ${service}`, async ({
    page,
  }) => {
    const digest = runningDigest(
      await (await BackendSession.signIn(owner)).pipeline(service),
      'dev',
    );
    const servicePage = new ServicePage(page, app, service);
    await servicePage.openTab(stranger);

    const button = servicePage.promoteButton(digest, 'dev', 'staging');
    await expect(button).toBeDisabled();
    await expect(button).toHaveAccessibleDescription(/own/);
  });
}

test('a promotion asked for by hand by somebody of another team is refused and leaves no trace', async () => {
  const backend = await BackendSession.signIn(owner);
  const { repo, branch } = await backend.plannedEdit(service, 'staging');
  const base = await headOf(repo, branch);
  const before = await backend.promotionIds(service);

  const session = await BackendSession.signIn(stranger);
  const answer = await session.request('/api/argocd-promotion/v1/promotions', {
    body: {
      entityRef: `component:default/${service}`,
      environment: 'staging',
      delivery: 'commit',
    },
    headers: { 'idempotency-key': 'by-hand' },
  });

  expect(answer.status).toBe(403);
  expect((await answer.json()).error).toMatchObject({
    name: 'NotAllowedError',
    message: expect.stringContaining(
      `into staging, and ${stranger} is none of them`,
    ),
  });
  expect(await headOf(repo, branch)).toBe(base);
  expect(await backend.promotionIds(service)).toEqual(before);
});
