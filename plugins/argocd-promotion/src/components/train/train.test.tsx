import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { registerMswTestHooks } from '@backstage/test-utils';
import {
  Train,
  TrainPlan,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  BASE,
  refused,
  show,
  stopTheClock,
  VIEW,
} from '../../__testUtils__/page';
import { trainCandidates } from '../../hooks/useTrainCandidates';
import { pipeline, plan, promotion, summary } from '../../testing/fixtures';
import { scenes } from '../../testing/scenes';

const server = setupServer();
const service = (
  name: string,
  system?: string,
  owner = 'group:default/shop',
) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, namespace: 'default' },
  spec: { type: 'service', owner, ...(system ? { system } : {}) },
  relations: [{ type: 'ownedBy', targetRef: owner }],
});
const catalog = catalogApiMock({
  entities: [
    service('checkout', 'shop'),
    service('cart', 'shop'),
    service('orders'),
    service('search', undefined, 'group:default/search'),
  ],
});
const cartPlan = plan({
  hash: 'c'.repeat(64),
  entityRef: 'component:default/cart',
  gates: [
    {
      kind: 'soak',
      title: 'Soak',
      state: 'pending',
      reason: '2 of 10 minutes',
    },
  ],
});
const joint: TrainPlan = {
  hash: 'f'.repeat(64),
  environment: 'staging',
  members: [plan(), cartPlan],
  commits: [
    {
      repo: plan().edits[0].repo,
      branch: 'main',
      entityRefs: [plan().entityRef, cartPlan.entityRef],
    },
  ],
  delivery: 'commit',
  problems: [],
};
const train = (rest: Partial<Train> = {}): Train => ({
  id: 't-1',
  environment: 'staging',
  requestedBy: 'user:default/ana',
  createdAt: summary().createdAt,
  members: [
    summary({ state: 'failed', trainId: 't-1' }),
    summary({
      id: 'p-9',
      entityRef: 'component:default/cart',
      state: 'syncing',
      message: 'Waits for Argo CD',
      endedAt: undefined,
      trainId: 't-1',
    }),
  ],
  ...rest,
});

describe('a train', () => {
  registerMswTestHooks(server);
  stopTheClock();

  it('is made of services of the same system or owner, in the plan of one of them', async () => {
    const asked: unknown[] = [];
    const rendered: string[] = [];
    server.use(
      http.post(`${BASE}/v1/plans/rendered`, async ({ request }) => {
        const { entityRef } = (await request.json()) as { entityRef: string };
        rendered.push(entityRef);
        return refused(503, 'ServiceUnavailableError', 'Argo CD is away');
      }),
      http.get(VIEW, () =>
        HttpResponse.json(asked.length > 1 ? scenes.promoting : pipeline()),
      ),
      http.post(`${BASE}/v1/plans`, () => HttpResponse.json(plan())),
      http.post(`${BASE}/v1/trains/plans`, async ({ request }) => {
        asked.push(await request.json());
        return HttpResponse.json(joint);
      }),
      http.post(`${BASE}/v1/trains`, async ({ request }) => {
        asked.push(await request.json());
        return HttpResponse.json(train(), { status: 201 });
      }),
    );
    await show(undefined, undefined, catalog);
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Promote c3a90b17 from dev to staging',
      }),
    );
    const picker = await screen.findByRole('textbox', {
      name: /Together with/,
    });
    await userEvent.click(picker);
    const options = await screen.findAllByRole('option');
    expect(options.map(({ textContent }) => textContent)).toEqual([
      'cart',
      'orders',
    ]);
    await userEvent.click(options[0]);
    const dialog = within(screen.getByRole('dialog'));
    expect(
      await dialog.findByText(/^2 services in 1 commit\. It leaves when/),
    ).toBeInTheDocument();
    expect(dialog.getByText('1 gate pending')).toBeInTheDocument();
    // What changes in the cluster is asked for the member that is unfolded.
    await waitFor(() =>
      expect(rendered.at(-1)).toBe('component:default/checkout'),
    );
    await userEvent.click(dialog.getByRole('button', { name: /^cart / }));
    await waitFor(() => expect(rendered.at(-1)).toBe('component:default/cart'));
    expect(
      dialog.getByRole('heading', {
        name: 'Promote checkout and 1 other from dev to staging',
      }),
    ).toBeInTheDocument();
    await userEvent.click(
      dialog.getByRole('button', { name: 'Ask for promotion' }),
    );
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    expect(asked).toEqual([
      {
        environment: 'staging',
        from: 'dev',
        members: [
          expect.objectContaining({ entityRef: 'component:default/checkout' }),
          { entityRef: 'component:default/cart' },
        ],
      },
      expect.objectContaining({ planHash: joint.hash, environment: 'staging' }),
    ]);
  });

  it('says whose fault it is when one member can not go', async () => {
    server.use(
      http.get(VIEW, () => HttpResponse.json(pipeline())),
      http.post(`${BASE}/v1/plans`, () => HttpResponse.json(plan())),
      http.post(`${BASE}/v1/trains/plans`, () =>
        refused(
          409,
          'ConflictError',
          "component:default/cart can't be promoted",
        ),
      ),
    );
    await show(undefined, undefined, catalog);
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Promote c3a90b17 from dev to staging',
      }),
    );
    await userEvent.click(
      await screen.findByRole('textbox', { name: /Together with/ }),
    );
    await userEvent.click(await screen.findByRole('option', { name: 'cart' }));
    expect(
      await screen.findByText("component:default/cart can't be promoted"),
    ).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Promote' })).toBeDisabled();
  });

  it('shows how each of its members stands, and is rolled back as one after a question', async () => {
    const acts: string[] = [];
    const member = summary({ trainId: 't-1' });
    server.use(
      http.get(VIEW, () =>
        HttpResponse.json(pipeline({ recentPromotions: [member] })),
      ),
      http.get(`${BASE}/v1/promotions/p-1`, () =>
        HttpResponse.json(promotion({ trainId: 't-1' })),
      ),
      http.get(`${BASE}/v1/trains/t-1`, () =>
        HttpResponse.json(
          train({
            members: [
              member,
              summary({ ...train().members[1], state: 'failed' }),
            ],
            actions: {
              retry: { allowed: false, reason: 'no' },
              rollback: { allowed: true },
            },
          }),
        ),
      ),
      http.post(`${BASE}/v1/trains/t-1/:verb`, ({ params }) => {
        acts.push(String(params.verb));
        return HttpResponse.json(train(), { status: 201 });
      }),
    );
    await show();
    const recent = within(
      await screen.findByRole('region', { name: 'Recent promotions' }),
    );
    await userEvent.click(recent.getAllByRole('button')[0]);
    const section = within(
      await screen.findByRole('region', { name: 'Train' }),
    );
    expect(await section.findByText('cart')).toBeInTheDocument();
    expect(section.getAllByRole('listitem')[1]).toHaveTextContent(
      /Failed · Waits for Argo CD/,
    );
    expect(
      section.queryByRole('button', { name: 'Try the train again' }),
    ).not.toBeInTheDocument();
    await userEvent.click(
      section.getByRole('button', { name: 'Roll the train back' }),
    );
    expect(acts).toEqual([]);
    const question = within(
      await screen.findByRole('dialog', {
        name: 'Roll all services of this train back?',
      }),
    );
    await userEvent.click(
      question.getByRole('button', { name: 'Roll the train back' }),
    );
    await waitFor(() => expect(acts).toEqual(['rollback']));
  });

  it('offers nothing that can have no Applications', () => {
    const own = service('checkout', 'shop');
    const api = { ...service('events', 'shop'), kind: 'API' };
    const theirs = service('b', 'shop', 'group:default/other');
    expect(
      trainCandidates(own, [
        own,
        api,
        theirs,
        service('z', 'shop'),
        service('c'),
      ]).map(({ title, group }) => [title, group]),
    ).toEqual([
      ['c', 'Same owner'],
      ['z', 'Same owner'],
      ['b', 'System shop'],
    ]);
  });
});
