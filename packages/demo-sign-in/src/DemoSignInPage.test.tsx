import {
  configApiRef,
  discoveryApiRef,
  IdentityApi,
} from '@backstage/core-plugin-api';
import { ConfigReader } from '@backstage/core-app-api';
import {
  registerMswTestHooks,
  renderInTestApp,
  TestApiProvider,
} from '@backstage/test-utils';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { DemoSignInPage } from './DemoSignInPage';

const config = new ConfigReader({
  app: { title: 'The shop' },
  backend: { baseUrl: 'http://backend.test' },
  demo: {
    users: [
      { entityRef: 'user:default/ada', name: 'Ada Owner', team: 'Checkout' },
      { entityRef: 'user:default/sam', name: 'Sam Stranger' },
    ],
  },
});

const discovery = {
  getBaseUrl: async (id: string) => `http://backend.test/api/${id}`,
};

const session = (entityRef: string) => ({
  profile: { displayName: entityRef },
  providerInfo: {},
  backstageIdentity: {
    token: `x.${window.btoa(JSON.stringify({ exp: 4102444800 }))}.y`,
    identity: {
      type: 'user',
      userEntityRef: entityRef,
      ownershipEntityRefs: [entityRef],
    },
  },
});

describe('DemoSignInPage', () => {
  const server = setupServer();
  registerMswTestHooks(server);

  beforeEach(() => {
    window.sessionStorage.clear();
  });

  const backendKnows = (...known: string[]) =>
    server.use(
      http.get('*/api/auth/demo/refresh', ({ request }) => {
        const user = request.headers.get('x-demo-user') ?? '';
        return known.includes(user)
          ? HttpResponse.json(session(user))
          : HttpResponse.json(
              {
                error: { name: 'NotFoundError', message: 'No such user' },
                response: { statusCode: 404 },
              },
              { status: 404 },
            );
      }),
    );

  const renderPage = (onSignInSuccess: (identity: IdentityApi) => void) =>
    renderInTestApp(
      <TestApiProvider
        apis={[
          [configApiRef, config],
          [discoveryApiRef, discovery],
        ]}
      >
        <DemoSignInPage onSignInSuccess={onSignInSuccess} />
      </TestApiProvider>,
    );

  const signIn = async (name: RegExp) => {
    const signedIn = jest.fn<void, [IdentityApi]>();
    const page = await renderPage(signedIn);
    await userEvent.click(await screen.findByRole('button', { name }));
    await waitFor(() => expect(signedIn).toHaveBeenCalledTimes(1));
    return { identity: signedIn.mock.calls[0][0], page };
  };

  it('signs in as the chosen user', async () => {
    backendKnows('user:default/ada', 'user:default/sam');

    const { identity } = await signIn(/Sam Stranger/);

    await expect(identity.getBackstageIdentity()).resolves.toMatchObject({
      userEntityRef: 'user:default/sam',
    });
  });

  it('keeps the choice over a reload and forgets it when signing out', async () => {
    backendKnows('user:default/ada');
    const first = await signIn(/Ada Owner/);
    first.page.unmount();

    const again = jest.fn<void, [IdentityApi]>();
    const reloaded = await renderPage(again);
    await waitFor(() => expect(again).toHaveBeenCalledTimes(1));
    expect(screen.queryByRole('button', { name: /Ada/ })).toBeNull();

    await again.mock.calls[0][0].signOut();
    reloaded.unmount();
    await renderPage(jest.fn());
    expect(
      await screen.findByRole('button', { name: /Ada Owner/ }),
    ).toBeInTheDocument();
  });

  it('says why it failed and lets another user be chosen', async () => {
    backendKnows('user:default/ada');
    const signedIn = jest.fn();
    await renderPage(signedIn);
    await userEvent.click(
      await screen.findByRole('button', { name: /Sam Stranger/ }),
    );

    expect(
      await screen.findByText(/Cannot sign in as user:default\/sam/),
    ).toBeInTheDocument();
    expect(signedIn).not.toHaveBeenCalled();

    await userEvent.click(
      screen.getByRole('button', { name: 'Choose another user' }),
    );
    expect(
      await screen.findByRole('button', { name: /Ada Owner/ }),
    ).toBeInTheDocument();
  });
});
