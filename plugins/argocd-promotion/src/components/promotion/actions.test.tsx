import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { registerMswTestHooks } from '@backstage/test-utils';
import {
  PipelineView,
  PromotionActions,
  PromotionState,
  PromotionSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  ago,
  pipeline,
  plan,
  promotion,
  summary,
} from '../../testing/fixtures';
import {
  BASE,
  refused,
  show,
  stopTheClock,
  VIEW,
} from '../../__testUtils__/page';

const server = setupServer();
const yes = { allowed: true };
const no = {
  allowed: false,
  reason: 'Only owners (group:default/payments) may do this',
};
const gates = [
  {
    kind: 'approval',
    title: 'Approval',
    state: 'pending' as const,
    reason: '0 of 1',
  },
];

/** The page with one promotion into staging in some state, and what is posted about it. */
function withPromotion(
  state: PromotionState,
  actions: PromotionActions,
  rest: Partial<PromotionSummary> = {},
) {
  const shown = summary({ state, actions, ...rest });
  const view: PipelineView = pipeline({ recentPromotions: [shown] });
  view.environments[1].promotion = shown;
  const posted: Array<{ path: string; body: unknown }> = [];
  let answer: () => Response = () =>
    HttpResponse.json(promotion({ state: 'cancelled', actions: {} }));
  server.use(
    http.get(VIEW, () => HttpResponse.json(view)),
    http.get(`${BASE}/v1/promotions/p-1`, () =>
      HttpResponse.json(
        promotion({
          ...shown,
          gates,
          approvals: [{ by: 'user:default/bo', at: ago(3), void: true }],
        }),
      ),
    ),
    http.post(`${BASE}/v1/promotions/*`, async ({ request }) => {
      posted.push({
        path: new URL(request.url).pathname.replace(/^.*promotions\//, ''),
        body: await request.json(),
      });
      return answer();
    }),
  );
  return {
    view,
    posted,
    answers: (next: () => Response) => {
      answer = next;
    },
  };
}

const strip = async () =>
  within(
    await screen.findByRole('region', { name: 'Promotion dev → staging' }),
  );

describe('what one may do with a promotion', () => {
  registerMswTestHooks(server);
  stopTheClock();

  it.each<[string, PromotionState, PromotionActions, string, string]>([
    [
      'cancel',
      'waiting',
      { cancel: yes },
      'Cancel promotion…',
      'Cancel promotion',
    ],
    [
      'cancel',
      'in-review',
      { cancel: yes },
      'Cancel promotion…',
      'Cancel promotion',
    ],
    ['retry', 'failed', { retry: yes }, 'Try again', 'Try again'],
    ['rollback', 'failed', { rollback: yes }, 'Roll back…', 'Roll back'],
  ])(
    '%s from the strip while it is %s, after a question',
    async (path, state, actions, button, confirm) => {
      const { posted } = withPromotion(state, actions);
      await show();
      await userEvent.click(
        (await strip()).getByRole('button', { name: button }),
      );
      expect(posted).toEqual([]);
      const dialog = within(await screen.findByRole('dialog'));
      await userEvent.click(dialog.getByRole('button', { name: confirm }));
      await waitFor(() =>
        expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
      );
      expect(posted).toEqual([{ path: `p-1/${path}`, body: {} }]);
    },
  );

  it('rejects with a reason, and says when that fails', async () => {
    const { posted, answers } = withPromotion('waiting', {
      approve: yes,
      reject: yes,
    });
    answers(() => refused(409, 'ConflictError', 'It is syncing by now'));
    await show();
    await userEvent.click(
      (await strip()).getByRole('button', { name: 'Reject…' }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.type(
      dialog.getByRole('textbox', { name: 'Reason (optional)' }),
      'Not on a Friday',
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Reject' }));
    expect(await dialog.findByText('It is syncing by now')).toBeInTheDocument();
    expect(posted).toEqual([
      { path: 'p-1/reject', body: { reason: 'Not on a Friday' } },
    ]);
  });

  it('takes an approval back', async () => {
    const { posted } = withPromotion('waiting', { revoke: yes, reject: yes });
    await show();
    await userEvent.click(
      (await strip()).getByRole('button', { name: 'Take approval back…' }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Take back' }));
    await waitFor(() =>
      expect(posted).toEqual([{ path: 'p-1/revoke', body: {} }]),
    );
  });

  it('overrides gates only after reading, and with a reason', async () => {
    const { posted } = withPromotion('waiting', { override: yes });
    await show();
    const shown = await strip();
    expect(
      shown.queryByRole('button', { name: /Override/ }),
    ).not.toBeInTheDocument();
    await userEvent.click(shown.getByRole('button', { name: 'Details' }));
    await userEvent.click(
      await screen.findByRole('button', { name: 'Override gates…' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', {
        name: 'Promote to staging past its gates?',
      }),
    );
    const confirm = dialog.getByRole('button', { name: 'Override gates' });
    expect(confirm).toBeDisabled();
    await userEvent.type(
      dialog.getByRole('textbox', { name: /Reason/ }),
      'INC-7',
    );
    await userEvent.click(confirm);
    await waitFor(() =>
      expect(posted).toEqual([
        {
          path: 'p-1/override',
          body: { planHash: plan().hash, reason: 'INC-7' },
        },
      ]),
    );
  });

  it('marks for good what went past its gates', async () => {
    const override = {
      by: 'user:default/pam',
      at: ago(30),
      reason: 'INC-7',
      skipped: ['Soaked in dev', 'Approval'],
    };
    withPromotion('failed', {}, { override });
    await show();
    expect((await strip()).getByText('gates overridden')).toHaveAttribute(
      'title',
      'By pam: INC-7',
    );
    const recent = within(
      screen.getByRole('region', { name: 'Recent promotions' }),
    );
    expect(recent.getByText('gates overridden')).toBeInTheDocument();
    await userEvent.click(
      (await strip()).getByRole('button', { name: 'Details' }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    expect(
      await dialog.findByText(/Soaked in dev and Approval/),
    ).toBeInTheDocument();
  });

  it('approves the plan that was shown', async () => {
    const { posted, answers } = withPromotion('waiting', {
      approve: yes,
      reject: yes,
    });
    answers(() =>
      HttpResponse.json(promotion({ state: 'delivering', actions: {} })),
    );
    await show();
    await userEvent.click(
      (await strip()).getByRole('button', { name: 'Review and approve' }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    expect(await dialog.findByText(/newTag: "2.0.0"/)).toBeInTheDocument();
    expect(dialog.getByText(/void, as the plan has changed/)).toBeVisible();
    await userEvent.type(
      dialog.getByRole('textbox', { name: /Say something/ }),
      'seen in dev',
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Approve' }));
    await waitFor(() =>
      expect(
        dialog.queryByRole('button', { name: 'Approve' }),
      ).not.toBeInTheDocument(),
    );
    expect(posted).toEqual([
      {
        path: 'p-1/approve',
        body: { planHash: plan().hash, reason: 'seen in dev' },
      },
    ]);
  });

  it('offers nothing that is not allowed, and says why', async () => {
    withPromotion('waiting', { approve: no, reject: no, cancel: no });
    await show();
    const shown = await strip();
    expect(
      shown.getAllByRole('button').map(button => button.textContent),
    ).toEqual(['Details']);
    expect(
      shown.getByText(/You cannot approve it. Only owners/),
    ).toHaveTextContent('Only owners (payments) may do this');
    await userEvent.click(shown.getByRole('button', { name: 'Details' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(
      await dialog.findByText(/You cannot approve, reject or cancel it/),
    ).toBeInTheDocument();
    expect(
      dialog.queryByRole('button', { name: /Approve|Reject|Cancel/ }),
    ).not.toBeInTheDocument();
  });

  it('rolls a lane back, and shows the new promotion', async () => {
    const { view, posted, answers } = withPromotion('succeeded', {
      rollback: yes,
    });
    const next = promotion({
      id: 'p-2',
      state: 'waiting',
      linkedTo: { id: 'p-1', relation: 'rollback' },
    });
    answers(() => {
      view.environments[1].promotion = next;
      return HttpResponse.json(next, { status: 201 });
    });
    await show();
    const staging = within(
      await screen.findByRole('region', { name: 'Environment staging' }),
    );
    await userEvent.click(
      staging.getByRole('button', { name: 'Roll back staging' }),
    );
    await userEvent.click(
      within(await screen.findByRole('dialog')).getByRole('button', {
        name: 'Roll back',
      }),
    );
    const heading = (await strip()).getByRole('heading', {
      name: 'dev → staging',
    });
    await waitFor(() => expect(heading).toHaveFocus());
    expect(posted).toEqual([{ path: 'p-1/rollback', body: {} }]);
  });

  it('does not offer to roll a lane back to those who may not', async () => {
    withPromotion('succeeded', { rollback: no });
    await show();
    await screen.findByRole('region', { name: 'Environment staging' });
    expect(
      screen.queryByRole('button', { name: 'Roll back staging' }),
    ).not.toBeInTheDocument();
  });
});

describe('older promotions', () => {
  registerMswTestHooks(server);
  stopTheClock();

  it('come page by page, each once, until there are no more', async () => {
    const all = Array.from({ length: 25 }, (_, index) =>
      summary({
        id: `p-${index}`,
        createdAt: ago(index),
        endedAt: ago(index),
        requestedBy: index === 24 ? 'user:default/first' : 'user:default/ana',
      }),
    );
    const queries: string[] = [];
    server.use(
      http.get(VIEW, () =>
        HttpResponse.json(pipeline({ recentPromotions: all.slice(0, 10) })),
      ),
      http.get(`${BASE}/v1/promotions`, ({ request }) => {
        const query = new URL(request.url).searchParams;
        queries.push(query.toString());
        return HttpResponse.json(
          query.get('cursor')
            ? { items: all.slice(20) }
            : { items: all.slice(0, 20), nextCursor: 'next' },
        );
      }),
    );
    await show();
    const recent = within(
      await screen.findByRole('region', { name: 'Recent promotions' }),
    );
    expect(recent.getAllByRole('listitem')).toHaveLength(10);
    await userEvent.click(recent.getByRole('button', { name: 'Show older' }));
    await waitFor(() =>
      expect(recent.getAllByRole('listitem')).toHaveLength(20),
    );
    await userEvent.click(recent.getByRole('button', { name: 'Show older' }));
    await waitFor(() =>
      expect(recent.getAllByRole('listitem')).toHaveLength(25),
    );
    expect(recent.getAllByRole('listitem')[24]).toHaveTextContent('first');
    expect(
      recent.queryByRole('button', { name: 'Show older' }),
    ).not.toBeInTheDocument();
    expect(queries).toEqual([
      'entityRef=component%3Adefault%2Fcheckout&limit=20',
      'entityRef=component%3Adefault%2Fcheckout&limit=20&cursor=next',
    ]);
  });

  it('are not offered when the page shows all', async () => {
    server.use(http.get(VIEW, () => HttpResponse.json(pipeline())));
    await show();
    await screen.findByRole('region', { name: 'Recent promotions' });
    expect(
      screen.queryByRole('button', { name: 'Show older' }),
    ).not.toBeInTheDocument();
  });
});
