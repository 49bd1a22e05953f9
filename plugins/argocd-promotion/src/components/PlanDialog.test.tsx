import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { registerMswTestHooks } from '@backstage/test-utils';
import { pipeline, plan, promotion } from '../testing/fixtures';
import { BASE, refused, show, stopTheClock, VIEW } from '../__testUtils__/page';
import { scenes } from '../testing/scenes';

const server = setupServer();

describe('promoting', () => {
  registerMswTestHooks(server);
  stopTheClock();

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

  it('tells of a release of charts alone, version by version', async () => {
    const chart = { repoURL: 'https://charts.example.com', chart: 'redis' };
    server.use(
      http.get(VIEW, () => HttpResponse.json(pipeline())),
      http.post(`${BASE}/v1/plans`, () =>
        HttpResponse.json(
          plan({
            release: {
              id: 'd'.repeat(64),
              images: [],
              charts: [{ ...chart, version: '18.2.0' }],
            },
            replaces: {
              id: 'e'.repeat(64),
              images: [],
              charts: [{ ...chart, version: '18.1.0' }],
            },
            changes: [],
            chartChanges: [{ ...chart, from: '18.1.0', to: '18.2.0' }],
          }),
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
      await screen.findByText(/staging will run redis 18\.2\.0/),
    ).toHaveTextContent('in place of redis 18.1.0');
    expect(screen.getByText('Chart redis 18.1.0 → 18.2.0')).toBeInTheDocument();
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
});
