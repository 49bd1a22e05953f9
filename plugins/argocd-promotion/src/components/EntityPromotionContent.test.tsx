import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { axe } from 'jest-axe';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { registerMswTestHooks } from '@backstage/test-utils';
import { pipeline } from '../testing/fixtures';
import {
  refused,
  show,
  signals,
  stopTheClock,
  VIEW,
} from '../__testUtils__/page';
import { scenes } from '../testing/scenes';
import { EntityPromotionCard } from './EntityPromotionCard';

const server = setupServer();

describe('the entity tab', () => {
  registerMswTestHooks(server);
  stopTheClock();

  it.each(Object.keys(scenes))(
    'shows the scene "%s" without accessibility faults',
    async scene => {
      server.use(http.get(VIEW, () => HttpResponse.json(scenes[scene])));
      const { container } = await show();
      await waitFor(() =>
        expect(
          screen.queryByLabelText('Loading environments'),
        ).not.toBeInTheDocument(),
      );
      const found = await axe(container, {
        rules: { region: { enabled: false } },
      });
      expect(
        found.violations.map(
          item => `${item.id}: ${item.nodes.map(node => node.html).join()}`,
        ),
      ).toEqual([]);
    },
  );

  it('shows what runs, how it stands and why one may not promote, with one request', async () => {
    let requests = 0;
    server.use(
      http.get(VIEW, () => {
        requests += 1;
        return HttpResponse.json(pipeline());
      }),
    );
    await show();
    const dev = within(
      await screen.findByRole('region', { name: 'Environment dev' }),
    );
    expect(dev.getByText('c3a90b17')).toBeInTheDocument();
    expect(
      dev.getByRole('button', { name: 'Copy digest c3a90b17' }),
    ).toBeInTheDocument();
    for (const word of ['Synced', 'Healthy', 'Hooks passed', 'No drift'])
      expect(dev.getByText(word)).toBeInTheDocument();
    expect(dev.getByText('2 of 2 pods run c3a90b17')).toBeInTheDocument();
    expect(
      screen.getByRole('button', {
        name: 'Promote c3a90b17 from dev to staging',
      }),
    ).toBeEnabled();
    const prod = screen.getByRole('button', {
      name: 'Promote 51ec671a from staging to prod',
    });
    expect(prod).toBeDisabled();
    expect(prod).toHaveAccessibleDescription(
      'Only owners of checkout may promote to prod.',
    );
    expect(requests).toBe(1);
  });

  it('tells a failing sync, a comparison error, odd pods and a stale Instance', async () => {
    server.use(http.get(VIEW, () => HttpResponse.json(scenes.troubled)));
    await show();
    expect(
      await screen.findByText(/Sync is failing, retry 3 of 5 at/),
    ).toBeInTheDocument();
    expect(screen.getByText('migrate failed')).toBeInTheDocument();
    expect(
      screen.getByText('Argo CD cannot compare it with git'),
    ).toBeInTheDocument();
    expect(
      screen.getByText('2 of 3 pods run 76dfd558, the rest 51ec671a'),
    ).toBeInTheDocument();
    expect(screen.getByText('4 resources drifted')).toBeInTheDocument();
    expect(
      screen.getByText(/the Instance main does not answer/),
    ).toBeInTheDocument();
  });

  it('says what was looked for when nothing is found', async () => {
    server.use(http.get(VIEW, () => HttpResponse.json(scenes.empty)));
    await show();
    const empty = within(
      await screen.findByRole('region', { name: 'No Application found' }),
    );
    expect(empty.getByText('argocd/app-selector')).toBeInTheDocument();
    expect(empty.getByText(/argocd\/app-name: checkout/)).toBeInTheDocument();
  });

  it('shows the backend’s error and tries again', async () => {
    server.use(
      http.get(VIEW, () =>
        refused(404, 'NotFoundError', 'No entity component:default/checkout'),
      ),
    );
    await show();
    expect(
      await screen.findByText('No entity component:default/checkout'),
    ).toBeInTheDocument();
    server.use(http.get(VIEW, () => HttpResponse.json(pipeline())));
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByRole('region', { name: 'Environment dev' }),
    ).toBeInTheDocument();
    expect(
      screen.queryByText('No entity component:default/checkout'),
    ).not.toBeInTheDocument();
  });

  it('fetches once for many signals, keeps the page meanwhile, and says what changed', async () => {
    let requests = 0;
    server.use(
      http.get(VIEW, () => {
        requests += 1;
        return HttpResponse.json(
          requests === 1 ? pipeline() : scenes.promoting,
        );
      }),
    );
    const channel = signals();
    const { unmount } = await show(undefined, channel);
    await screen.findByRole('region', { name: 'Environment dev' });
    channel.publish({
      type: 'changed',
      entityRefs: ['component:default/other'],
    });
    for (let i = 0; i < 10; i++)
      channel.publish({
        type: 'changed',
        entityRefs: ['component:default/checkout'],
      });
    expect(
      screen.getByRole('region', { name: 'Environment dev' }),
    ).toBeInTheDocument();
    expect(
      await screen.findByRole('region', { name: 'Promotion dev → staging' }),
    ).toBeInTheDocument();
    expect(requests).toBe(2);
    expect(
      await screen.findByText(
        /Promotion to staging: Waits for Argo CD to sync/,
      ),
    ).toBeInTheDocument();
    unmount();
    expect(channel.listeners.size).toBe(0);
  });

  it('says one line an environment on the card', async () => {
    server.use(http.get(VIEW, () => HttpResponse.json(pipeline())));
    await show(<EntityPromotionCard />);
    const row = await screen.findByRole('row', {
      name: /staging 51ec671a 1.9.0 Healthy 1 release behind/,
    });
    expect(row).toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: 'Promotions and drift' }),
    ).toHaveAttribute('href', '/catalog/default/component/checkout/promotion');
  });
});
