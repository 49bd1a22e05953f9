import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { registerMswTestHooks } from '@backstage/test-utils';
import { ago, application, environment, pipeline } from '../testing/fixtures';
import { show, stopTheClock, VIEW } from '../__testUtils__/page';

const server = setupServer();

/** As many as the issue asks for, in each of three environments; one of prod is in trouble, some are of a stale Instance. */
const many = pipeline({
  environments: ['dev', 'staging', 'prod'].map(name =>
    environment(name, 'c3a90b17', '2.0.0', {
      applications: Array.from({ length: 200 }, (_, index) =>
        application(name, 'c3a90b17', '2.0.0', {
          name: `checkout-${name}-shard-${String(index).padStart(3, '0')}`,
          ...(name === 'prod' && index === 150
            ? { health: { status: 'Degraded', message: 'OOMKilled' } }
            : {}),
          ...(name === 'prod' && index >= 180
            ? {
                instance: 'eu',
                staleSince: ago(12),
                staleReason: 'connection refused',
              }
            : {}),
        }),
      ),
    }),
  ),
});

describe('a lane of 200 Applications', () => {
  registerMswTestHooks(server);
  stopTheClock();
  beforeEach(() => {
    server.use(http.get(VIEW, () => HttpResponse.json(many)));
  });

  it('is folded: the worst are named, and the page stays small', async () => {
    const { container } = await show();
    const prod = within(
      await screen.findByRole('region', { name: 'Environment prod' }),
    );
    const named = within(
      prod.getByRole('list', { name: 'Applications in prod' }),
    ).getAllByRole('listitem');
    expect(named).toHaveLength(3);
    expect(named[0]).toHaveTextContent('shard-150');
    expect(named[0]).toHaveTextContent('Degraded');
    expect(prod.getByText(/20 Applications of eu as of/)).toHaveTextContent(
      '12 min ago: connection refused',
    );
    // A row each would make thousands.
    expect(container.querySelectorAll('*').length).toBeLessThan(900);
  });

  it('opens as a list to search among, which shows no more than it must', async () => {
    await show();
    const prod = within(
      await screen.findByRole('region', { name: 'Environment prod' }),
    );
    await userEvent.click(
      prod.getByRole('button', { name: 'All 200 Applications' }),
    );
    const sheet = within(
      await screen.findByRole('dialog', { name: 'Applications in prod' }),
    );
    const rows = () => sheet.getAllByRole('row').slice(1);
    expect(rows()).toHaveLength(30);
    expect(rows()[0]).toHaveTextContent('shard-150');
    await userEvent.click(
      sheet.getByRole('button', { name: 'Show 30 more of 170' }),
    );
    expect(rows()).toHaveLength(60);
    await userEvent.type(sheet.getByRole('textbox'), 'eu/argocd');
    await waitFor(() => expect(rows()).toHaveLength(20));
    expect(sheet.getByRole('status')).toHaveTextContent(
      '20 of 200 Applications',
    );
  });
});
