import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { registerMswTestHooks } from '@backstage/test-utils';
import { pipeline, plan, rendered } from '../testing/fixtures';
import { BASE, refused, show, stopTheClock, VIEW } from '../__testUtils__/page';

const server = setupServer();

describe('what changes in the cluster', () => {
  registerMswTestHooks(server);
  stopTheClock();

  const open = async (
    answer: () => HttpResponse<never> | ReturnType<typeof HttpResponse.json>,
  ) => {
    server.use(
      http.get(VIEW, () => HttpResponse.json(pipeline())),
      http.post(`${BASE}/v1/plans`, () => HttpResponse.json(plan())),
      http.post(`${BASE}/v1/plans/rendered`, answer),
    );
    await show();
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Promote c3a90b17 from dev to staging',
      }),
    );
    return within(await screen.findByRole('dialog'));
  };

  it('is one line, and the objects on demand', async () => {
    const dialog = await open(() => HttpResponse.json(rendered()));
    expect(
      await dialog.findByText('2 objects of checkout-staging change.'),
    ).toBeInTheDocument();
    expect(
      dialog.queryByLabelText('Deployment checkout'),
    ).not.toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Show' }));
    const deployment = within(dialog.getByLabelText('Deployment checkout'));
    expect(
      deployment.getByText(/image: .*checkout:2\.0\.0@sha256:c3a90b17/),
    ).toBeInTheDocument();
    // Without the indentation that all lines share.
    expect(deployment.getByText('containers:')).toBeInTheDocument();
    expect(dialog.getByText(/^Computed/)).toBeInTheDocument();
    expect(dialog.getByText(/Only secret values differ/)).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Hide' }));
    expect(
      dialog.queryByLabelText('Deployment checkout'),
    ).not.toBeInTheDocument();
  });

  it('is told when Argo CD could not render it, and hinders nothing', async () => {
    const dialog = await open(() =>
      HttpResponse.json(
        rendered({
          state: 'failed',
          reason: "Argo CD can't render it: no such path",
          objects: [],
        }),
      ),
    );
    expect(
      await dialog.findByText("Argo CD can't render it: no such path"),
    ).toBeInTheDocument();
    expect(dialog.getByRole('button', { name: 'Promote' })).toBeEnabled();
  });

  it('may be asked for again after an error', async () => {
    let asked = 0;
    const dialog = await open(() => {
      asked += 1;
      return asked === 1
        ? refused(503, 'ServiceUnavailableError', 'Not now')
        : HttpResponse.json(rendered({ objects: [] }));
    });
    expect(await dialog.findByText('Not now')).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: /again/ }));
    expect(
      await dialog.findByText('No object of checkout-staging changes.'),
    ).toBeInTheDocument();
  });
});
