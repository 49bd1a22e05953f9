import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { axe } from 'jest-axe';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import {
  registerMswTestHooks,
  renderInTestApp,
  TestApiProvider,
} from '@backstage/test-utils';
import {
  ArgocdPromotionClient,
  RolloutView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../../api/ref';
import { application } from '../../testing/fixtures';
import { rollout, rollouts } from '../../testing/rollouts';
import { RolloutSection } from './RolloutSection';

const BASE = 'http://backend.test/api/argocd-promotion';
const ROUTE = `${BASE}/v1/entities/component/default/checkout/applications/main/argocd/checkout-prod/rollouts`;
const server = setupServer();
const view = application('prod', '76dfd558', '1.8.0');

const answer = (item: RolloutView, staleReason?: string) =>
  http.get(ROUTE, () => HttpResponse.json({ items: [item], staleReason }));

const show = () =>
  renderInTestApp(
    <TestApiProvider
      apis={[
        [
          argocdPromotionApiRef,
          new ArgocdPromotionClient({
            discoveryApi: { getBaseUrl: async () => BASE },
          }),
        ],
      ]}
    >
      <RolloutSection
        entityRef="component:default/checkout"
        environment="prod"
        application={view}
      />
    </TestApiProvider>,
  );

describe('a Rollout', () => {
  registerMswTestHooks(server);

  it('tells its steps, shares, pause and measurements, without accessibility faults', async () => {
    server.use(answer(rollout()));
    const { baseElement } = await show();
    const region = await screen.findByRole('region', {
      name: 'Rollout checkout',
    });
    expect(region).toHaveTextContent(
      '1.9.0 beside 1.8.0 at 50 %: waits for somebody to continue',
    );
    const steps = within(region).getByRole('list', { name: 'Steps' });
    expect(
      within(steps)
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent),
    ).toEqual([
      'Step 1: 25 %done',
      'Step 2: Pause of 5 sdone',
      'Step 3: Analysis success-ratedone',
      'Step 4: 50 %done',
      'Step 5: Waits for somebodynow',
    ]);
    expect(region).toHaveTextContent('50 % stable 1.8.0 · 2 of 2 Pods ready');
    expect(region).toHaveTextContent('50 % canary 1.9.0');
    expect(
      within(region).getByRole('img', {
        name: 'success-rate: 5 of 5 measurements passed · last 0.99 · passes when result[0] >= 0.95',
      }),
    ).toBeInTheDocument();
    expect((await axe(baseElement)).violations).toEqual([]);
  });

  it('says why it stopped, and why the rest cannot be done', async () => {
    server.use(answer(rollouts.aborted));
    await show();
    expect(
      await screen.findByText(
        'stable keeps serving 1.8.0; 1.9.0 was refused by success-rate',
      ),
    ).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Abort' })).toBeDisabled();
    expect(
      screen.getByRole('note', {
        name: 'Abort is not available: It was aborted: retry it, or bring another release',
      }),
    ).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Retry' })).toBeEnabled();
  });

  it.each(Object.keys(rollouts))('shows %s', async name => {
    server.use(answer(rollouts[name]));
    const { baseElement } = await show();
    await screen.findByRole('region', { name: 'Rollout checkout' });
    expect((await axe(baseElement)).violations).toEqual([]);
  });

  it('asks back, sends what was seen, and tells what came of it', async () => {
    let sent: unknown;
    server.use(
      answer(rollout()),
      http.post(`${ROUTE}/actions`, async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({
          rollout: rollouts.complete,
          happened: true,
          message: '1.9.0 serves everything',
        });
      }),
    );
    await show();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Continue' }),
    );
    const dialog = screen.getByRole('dialog', {
      name: 'Continue: checkout in prod?',
    });
    expect(dialog).toHaveTextContent('1.9.0 will resume.');
    expect(sent).toBeUndefined();
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Continue' }),
    );
    expect(await screen.findByText('It is done')).toBeInTheDocument();
    expect(sent).toEqual({
      environment: 'prod',
      namespace: 'shop-prod',
      name: 'checkout',
      action: 'resume',
      seen: 'abc',
    });
    await waitFor(() => expect(dialog).not.toBeInTheDocument());
  });

  it('tells who comes second that it has moved on, and what was known while Argo CD is silent', async () => {
    server.use(
      answer(rollout(), 'Argo CD instance main cannot be reached'),
      http.post(`${ROUTE}/actions`, () =>
        HttpResponse.json(
          {
            error: {
              name: 'ConflictError',
              message:
                'The Rollout checkout is no longer as you saw it: 1.9.0 serves everything. Look again before you act.',
            },
          },
          { status: 409 },
        ),
      ),
    );
    await show();
    expect(await screen.findByText('As it was last known')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Abort' }));
    const dialog = screen.getByRole('dialog');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Abort' }),
    );
    expect(await within(dialog).findByRole('alert')).toHaveTextContent(
      'is no longer as you saw it',
    );
    expect(
      within(dialog).getByRole('button', { name: 'Abort' }),
    ).toBeDisabled();
  });
});
