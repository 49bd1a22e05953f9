import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { axe } from 'jest-axe';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { registerMswTestHooks } from '@backstage/test-utils';
import { refused, show, stopTheClock, VIEW } from '../../__testUtils__/page';
import { driftEpisodes, driftOverview, pipeline } from '../../testing/fixtures';

const server = setupServer();

/** The page, with the drawer open. */
async function open() {
  const asked: string[] = [];
  const muted: unknown[] = [];
  server.use(
    http.get(VIEW, () => HttpResponse.json(pipeline())),
    http.get(`${VIEW}/drift`, () => HttpResponse.json(driftOverview)),
    http.get(`${VIEW}/drift/episodes`, ({ request }) => {
      const { search, searchParams } = new URL(request.url);
      asked.push(search);
      if (searchParams.get('from')) return HttpResponse.json({ items: [] });
      return searchParams.get('cursor')
        ? HttpResponse.json({ items: driftEpisodes.slice(2) })
        : HttpResponse.json({
            items: driftEpisodes.slice(0, 2),
            nextCursor: 'older',
          });
    }),
    http.post(`${VIEW}/drift/mutes`, async ({ request }) => {
      const body = (await request.json()) as { reason: string };
      muted.push(body);
      return body.reason === 'no'
        ? refused(403, 'NotAllowedError', 'The permission is denied')
        : HttpResponse.json({}, { status: 201 });
    }),
    http.delete(`${VIEW}/drift/mutes/:id`, ({ params }) => {
      muted.push(params.id);
      return HttpResponse.json({});
    }),
  );
  const { baseElement } = await show();
  await userEvent.click(
    await screen.findByRole('button', { name: 'Drift history' }),
  );
  const drawer = await screen.findByRole('dialog', {
    name: 'Drift of checkout',
  });
  await within(drawer).findByRole('list', { name: 'Drifts' });
  return { drawer, asked, muted, baseElement };
}

describe('the history of drift', () => {
  registerMswTestHooks(server);
  stopTheClock();

  it('tells each drift with its fields and its end, a page at a time, without accessibility faults', async () => {
    const { drawer, baseElement } = await open();
    const inside = within(drawer);
    const lasting = inside.getByRole('listitem', {
      name: 'Deployment checkout, lasts, changed 2 times meanwhile',
    });
    expect(lasting).toHaveTextContent('env[LOG_LEVEL].value');
    expect(
      inside.getByRole('listitem', {
        name: 'Deployment checkout, set back by self-heal after 60 s',
      }),
    ).toHaveTextContent('by kube-controller-manager');
    await userEvent.click(inside.getByRole('button', { name: 'Show older' }));
    expect(
      await inside.findByText('over before its fields could be read'),
    ).toBeInTheDocument();
    expect(inside.queryByRole('button', { name: 'Show older' })).toBeNull();
    expect((await axe(baseElement)).violations).toEqual([]);
  });

  it('says who fights whom and what would end it', async () => {
    const { drawer } = await open();
    expect(drawer).toHaveTextContent(
      'spec.replicas differed from git 7 times within 24 hours',
    );
    expect(drawer).toHaveTextContent('A HorizontalPodAutoscaler');
    expect(within(drawer).getByLabelText('YAML to paste')).toHaveTextContent(
      'RespectIgnoreDifferences=true',
    );
  });

  it('shows the drifts of one day of the calendar', async () => {
    const { drawer, asked } = await open();
    const inside = within(drawer);
    const calendar = inside.getByRole('list', { name: 'Drifts by day' });
    const day = within(calendar).getByRole('button', {
      name: 'Wed 18 Nov: 14 drifts',
    });
    await userEvent.click(day);
    expect(await inside.findByText(/began on that day/)).toBeInTheDocument();
    expect(asked[asked.length - 1]).toBe('?from=2026-11-18&to=2026-11-18');
    expect(day).toHaveAttribute('aria-pressed', 'true');
    await userEvent.click(
      inside.getByRole('button', { name: 'Show all days' }),
    );
    expect(
      await inside.findByRole('list', { name: 'Drifts' }),
    ).toBeInTheDocument();
  });

  it('mutes with a reason, tells a refusal, and unmutes', async () => {
    const { drawer, muted } = await open();
    const inside = within(drawer);
    expect(drawer).toHaveTextContent('Load test until Friday');
    await userEvent.click(inside.getByRole('button', { name: 'Mute…' }));
    const dialog = await screen.findByRole('dialog', {
      name: 'Mute Deployment checkout in prod?',
    });
    const mute = within(dialog).getByRole('button', { name: 'Mute' });
    expect(mute).toBeDisabled();
    const reason = within(dialog).getByLabelText(/Reason/);
    await userEvent.type(reason, 'no');
    await userEvent.click(mute);
    expect(await within(dialog).findByRole('alert')).toHaveTextContent(
      'The permission is denied',
    );
    await userEvent.type(reason, 'w');
    await userEvent.click(mute);
    await waitFor(() => expect(dialog).not.toBeInTheDocument());
    expect(muted[1]).toEqual({
      environment: 'prod',
      resource: driftOverview.environments[2].repeated[0].resource,
      reason: 'now',
      until: '2026-12-01T00:00:00.000Z',
    });
    await userEvent.click(inside.getByRole('button', { name: 'Unmute' }));
    await waitFor(() =>
      expect(muted[2]).toBe(driftOverview.environments[2].mutes[0].id),
    );
  });
});
