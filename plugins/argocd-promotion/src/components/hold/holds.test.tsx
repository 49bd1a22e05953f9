import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { registerMswTestHooks } from '@backstage/test-utils';
import {
  Hold,
  PipelineView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { ago, pipeline, plan } from '../../testing/fixtures';
import {
  BASE,
  refused,
  show,
  stopTheClock,
  VIEW,
} from '../../__testUtils__/page';
import { holdable, mayLift } from '../../model/holds';
import { scenes } from '../../testing/scenes';

const server = setupServer();
const entityRef = 'component:default/checkout';
const hold = (rest: Partial<Hold> = {}): Hold => ({
  entityRef,
  heldBy: 'user:default/mara',
  at: ago(60),
  reason: 'Black Friday',
  ...rest,
});

/** The page, whose holds are those that were set; environments in `mayHold` may be held by the viewer. */
function withHolds(mayHold: string[], first?: Hold) {
  const view: PipelineView = pipeline();
  const asked: Array<{ method: string; what: unknown }> = [];
  let refusal: (() => Response) | undefined;
  const place = (held: Hold | undefined) =>
    view.environments.forEach(environment => {
      environment.mayHold = mayHold.includes(environment.name);
      environment.hold =
        held && (held.environment ?? environment.name) === environment.name
          ? held
          : undefined;
    });
  place(first);
  server.use(
    http.get(VIEW, () => HttpResponse.json(view)),
    http.post(`${BASE}/v1/plans`, () => HttpResponse.json(plan())),
    http.post(`${BASE}/v1/holds`, async ({ request }) => {
      const what = (await request.json()) as Hold;
      asked.push({ method: 'set', what });
      if (refusal) return refusal();
      place(hold(what));
      return HttpResponse.json({ items: [] });
    }),
    http.delete(`${BASE}/v1/holds`, ({ request }) => {
      const what = Object.fromEntries(new URL(request.url).searchParams);
      asked.push({ method: 'lift', what });
      place(undefined);
      return HttpResponse.json({ items: [] });
    }),
  );
  return {
    asked,
    refuses: (answer?: () => Response) => {
      refusal = answer;
    },
  };
}
const lane = async (name: string) =>
  within(await screen.findByRole('region', { name: `Environment ${name}` }));
const all = ['dev', 'staging', 'prod'];

describe('holds', () => {
  registerMswTestHooks(server);
  stopTheClock();

  it('are set for one environment with a reason, and told in its lane', async () => {
    const { asked, refuses } = withHolds(['prod']);
    await show();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Hold promotions…' }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    expect(
      dialog.getAllByRole('radio').map(item => item.getAttribute('value')),
    ).toEqual(['prod']);
    await userEvent.type(
      dialog.getByRole('textbox', { name: /Reason/ }),
      'Audit',
    );
    refuses(() => refused(403, 'NotAllowedError', 'Not today'));
    await userEvent.click(dialog.getByRole('button', { name: 'Hold' }));
    expect(await dialog.findByText('Not today')).toBeInTheDocument();
    refuses();
    await userEvent.click(dialog.getByRole('button', { name: 'Hold' }));
    expect(await (await lane('prod')).findByText('Held')).toBeInTheDocument();
    expect((await lane('prod')).getByText(/Audit/)).toBeInTheDocument();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    const what = { entityRef, environment: 'prod', reason: 'Audit' };
    expect(asked.at(-1)).toEqual({ method: 'set', what });
  });

  it('are set for all environments, and lifted where they are told', async () => {
    const { asked } = withHolds(all);
    await show();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Hold promotions…' }),
    );
    let dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(
      dialog.getByRole('radio', { name: 'all environments' }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Hold' }));
    const lift = await screen.findByRole('button', {
      name: 'Lift the hold of prod',
    });
    expect(
      (await lane('prod')).getByText('All environments held'),
    ).toBeVisible();
    await userEvent.click(lift);
    dialog = within(await screen.findByRole('dialog'));
    expect(
      dialog.getByText(/Nothing is promoted there by itself/),
    ).toBeVisible();
    await userEvent.click(dialog.getByRole('button', { name: 'Lift hold' }));
    await waitFor(() =>
      expect(screen.queryByText('All environments held')).toBeNull(),
    );
    expect(asked).toEqual([
      { method: 'set', what: { entityRef } },
      { method: 'lift', what: { entityRef } },
    ]);
  });

  it('are told to those who may not lift them, and to whoever promotes', async () => {
    withHolds([], hold({ environment: 'staging' }));
    await show();
    expect((await lane('staging')).getByText(/Black Friday/)).toBeVisible();
    expect(
      screen.queryByRole('button', { name: /Lift|Hold promotions/ }),
    ).toBeNull();
    await userEvent.click(
      screen.getByRole('button', {
        name: 'Promote c3a90b17 from dev to staging',
      }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('staging is held')).toBeVisible();
  });

  it('explain why nothing is promoted by itself', async () => {
    server.use(http.get(VIEW, () => HttpResponse.json(scenes.promoting)));
    await show();
    const arrow = within(
      await screen.findByRole('group', { name: 'Promotion to prod' }),
    );
    expect(arrow.getByText(/Promotes by itself/)).toHaveTextContent(
      'Promotes by itselfNot now: Held',
    );
    // Gates that are made of others show them, with when they open.
    const gates = within(arrow.getByRole('list', { name: /^Gates from/ }));
    expect(gates.getByText(/One of: Sync window or On call/)).toBeVisible();
    expect(gates.getByText(/status is 404/)).toBeVisible();
    expect(gates.getByText('in 2 hours')).toHaveAttribute('title');
  });
});

describe('what may be held', () => {
  const view = (mayHold: string[], held?: Hold) => ({
    environments: pipeline().environments.map(environment => ({
      ...environment,
      mayHold: mayHold.includes(environment.name),
      ...(held ? { hold: held } : {}),
    })),
  });

  it.each<[string[], Hold | undefined, object]>([
    [all, undefined, { environments: ['staging', 'prod'], entity: true }],
    [['prod'], undefined, { environments: ['prod'], entity: false }],
    [[], undefined, { environments: [], entity: false }],
    // An environment may be held besides the whole.
    [all, hold(), { environments: ['staging', 'prod'], entity: false }],
    [all, hold({ environment: 'x' }), { environments: [], entity: true }],
  ])('%j, %j', (mayHold, held, expected) => {
    expect(holdable(view(mayHold, held))).toEqual(expected);
  });

  it('takes the right in each environment to lift what holds all', () => {
    expect(mayLift(view(all), hold())).toBe(true);
    expect(mayLift(view(['prod']), hold())).toBe(false);
    expect(mayLift(view(['prod']), hold({ environment: 'prod' }))).toBe(true);
  });
});
