import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { axe } from 'jest-axe';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { signalApiRef } from '@backstage/plugin-signals-react';
import {
  registerMswTestHooks,
  renderInTestApp,
  TestApiProvider,
} from '@backstage/test-utils';
import { ArgocdPromotionClient } from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';
import { NOW, pipeline, plan, promotion, summary } from '../testing/fixtures';
import { scenes } from '../testing/scenes';
import { EntityPromotionCard } from './EntityPromotionCard';
import { EntityPromotionContent } from './EntityPromotionContent';

const BASE = 'http://backend.test/api/argocd-promotion';
const VIEW = `${BASE}/v1/entities/component/default/checkout`;
const server = setupServer();
const entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'checkout' },
};

function signals() {
  const listeners = new Set<(message: never) => void>();
  return {
    subscribe: (_channel: string, listener: (message: never) => void) => {
      listeners.add(listener);
      return { unsubscribe: () => listeners.delete(listener) };
    },
    publish: (message: object) =>
      listeners.forEach(listener => listener(message as never)),
    listeners,
  };
}

function show(element = <EntityPromotionContent />, channel = signals()) {
  const client = new ArgocdPromotionClient({
    discoveryApi: { getBaseUrl: async () => BASE },
  });
  return renderInTestApp(
    <TestApiProvider
      apis={[
        [argocdPromotionApiRef, client],
        [signalApiRef, channel],
      ]}
    >
      <EntityProvider entity={entity}>{element}</EntityProvider>
    </TestApiProvider>,
    { mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef } },
  );
}

function refused(status: number, name: string, message: string) {
  return HttpResponse.json(
    { error: { name, message }, response: { statusCode: status } },
    { status },
  );
}

describe('the entity tab', () => {
  registerMswTestHooks(server);
  beforeEach(() => {
    jest.spyOn(Date, 'now').mockReturnValue(NOW);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

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

  it('promotes what the plan showed', async () => {
    const bodies: unknown[] = [];
    const keys: Array<string | null> = [];
    server.use(
      http.get(VIEW, () =>
        HttpResponse.json(bodies.length > 1 ? scenes.promoting : pipeline()),
      ),
      http.post(`${BASE}/v1/plans`, () => HttpResponse.json(plan())),
      http.post(`${BASE}/v1/promotions`, async ({ request }) => {
        bodies.push(await request.json());
        keys.push(request.headers.get('Idempotency-Key'));
        if (bodies.length === 1)
          return refused(
            503,
            'ServiceUnavailableError',
            'The git host does not answer',
          );
        return HttpResponse.json(promotion({ state: 'waiting' }), {
          status: 201,
        });
      }),
    );
    await show();
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Promote c3a90b17 from dev to staging',
      }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    expect(
      await dialog.findByText(/overlays\/staging\/kustom/),
    ).toBeInTheDocument();
    expect(dialog.getByText(/newTag: "2.0.0"/)).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Promote' }));
    expect(
      await dialog.findByText('The git host does not answer'),
    ).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Promote' }));
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    expect(bodies[1]).toEqual({
      entityRef: 'component:default/checkout',
      environment: 'staging',
      from: 'dev',
      release: plan().release.id,
      planHash: plan().hash,
      delivery: 'commit',
    });
    expect(keys[0]).toBeTruthy();
    expect(keys[1]).toBe(keys[0]);
    expect(
      await screen.findByRole('region', { name: 'Promotion dev → staging' }),
    ).toBeInTheDocument();
  });

  it('plans again when the plan went stale, and says so', async () => {
    const hashes: string[] = [];
    let plans = 0;
    server.use(
      http.get(VIEW, () => HttpResponse.json(pipeline())),
      http.post(`${BASE}/v1/plans`, () => {
        plans += 1;
        return HttpResponse.json(plan({ hash: String(plans).repeat(64) }));
      }),
      http.post(`${BASE}/v1/promotions`, async ({ request }) => {
        const body = (await request.json()) as { planHash: string };
        hashes.push(body.planHash);
        if (hashes.length === 1)
          return refused(409, 'ConflictError', 'The plan is stale');
        return HttpResponse.json(promotion(), { status: 201 });
      }),
    );
    await show();
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Promote c3a90b17 from dev to staging',
      }),
    );
    const press = async () => {
      const button = await screen.findByRole('button', { name: 'Promote' });
      await waitFor(() => expect(button).toBeEnabled());
      await userEvent.click(button);
    };
    await press();
    expect(
      await screen.findByText('Git changed since this plan was made'),
    ).toBeInTheDocument();
    await press();
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    expect(hashes).toEqual(['1'.repeat(64), '2'.repeat(64)]);
  });

  it('shows why a promotion is refused', async () => {
    server.use(
      http.get(VIEW, () => HttpResponse.json(pipeline())),
      http.post(`${BASE}/v1/plans`, () =>
        refused(
          403,
          'NotAllowedError',
          'Only the owners team-a may promote checkout',
        ),
      ),
    );
    await show();
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Promote c3a90b17 from dev to staging',
      }),
    );
    expect(
      await screen.findByText('Only the owners team-a may promote checkout'),
    ).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Promote' })).toBeDisabled();
  });

  it('approves the plan that was shown', async () => {
    const waiting = summary({
      state: 'waiting',
      commit: undefined,
      endedAt: undefined,
      actions: { approve: { allowed: true }, reject: { allowed: true } },
    });
    const gates = [
      {
        kind: 'approval',
        title: 'Approval',
        state: 'pending' as const,
        reason: '0 of 1',
      },
    ];
    const view = pipeline();
    view.environments[1].promotion = waiting;
    view.environments[1].offers[0] = {
      ...view.environments[1].offers[0],
      state: 'active',
      gates,
    };
    let approved: unknown;
    server.use(
      http.get(VIEW, () => HttpResponse.json(view)),
      http.get(`${BASE}/v1/promotions/p-1`, () =>
        HttpResponse.json(promotion({ ...waiting, gates })),
      ),
      http.post(`${BASE}/v1/promotions/p-1/approve`, async ({ request }) => {
        approved = await request.json();
        return HttpResponse.json(
          promotion({ state: 'delivering', gates: [], actions: {} }),
        );
      }),
    );
    await show();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Review and approve' }),
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'Approve' }),
    );
    await waitFor(() => expect(approved).toEqual({ planHash: plan().hash }));
    await waitFor(() =>
      expect(
        screen.queryByRole('button', { name: 'Approve' }),
      ).not.toBeInTheDocument(),
    );
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
