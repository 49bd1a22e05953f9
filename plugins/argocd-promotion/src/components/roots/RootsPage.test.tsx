import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { axe, toHaveNoViolations } from 'jest-axe';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import {
  registerMswTestHooks,
  renderInTestApp,
  TestApiProvider,
} from '@backstage/test-utils';
import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { signalApiRef } from '@backstage/plugin-signals-react';
import {
  ArgocdPromotionClient,
  RootView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../../api/ref';
import { rootsRouteRef } from '../../routes';
import { application, environment, pipeline } from '../../testing/fixtures';
import { largeRoot, rootScenes, rootView } from '../../testing/roots';
import {
  BASE,
  entity,
  refused,
  signals,
  stopTheClock,
} from '../../__testUtils__/page';
import { Lane } from '../lane/Lane';
import { EntityRootsCard } from './EntityRootsCard';
import { RootsContent } from './RootsPage';

expect.extend(toHaveNoViolations);

const server = setupServer();
const LIST = `${BASE}/v1/roots`;
const ROOT = `${BASE}/v1/roots/main/argocd/prod-root`;

/** The page at an address below its own, over real requests that msw answers. */
function show(path = '/', channel = signals(), element = <RootsContent />) {
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
    {
      routeEntries: [path],
      mountedRoutes: {
        '/app-of-apps': rootsRouteRef,
        '/catalog/:namespace/:kind/:name': entityRouteRef,
      },
    },
  );
}

const answers = (url: string, body: object) =>
  server.use(http.get(url, () => HttpResponse.json(body as never)));
const showRoot = async (view: RootView) => {
  answers(ROOT, view);
  const page = await show('/main/argocd/prod-root');
  await screen.findByRole('heading', { name: 'prod-root' });
  return page;
};

registerMswTestHooks(server);
stopTheClock();
beforeEach(() => {
  // The window on a list has no height without layout.
  jest.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(720);
});

describe('the list of roots', () => {
  it('tells of each environment its roots, its orphans and what would not come back', async () => {
    answers(LIST, rootScenes.usual);
    const { container } = await show();
    const prod = await screen.findByRole('region', {
      name: 'Environment prod',
    });
    expect(
      within(prod).getByRole('link', { name: 'prod-root' }),
    ).toHaveAttribute('href', '/app-of-apps/main/argocd/prod-root');
    expect(
      within(prod).getByRole('link', { name: 'bootstrap' }),
    ).toBeInTheDocument();
    expect(prod).toHaveTextContent(
      '1 missing in Argo CD · 1 no longer in git · 2 not healthy',
    );
    expect(prod).toHaveTextContent('Waves between its children have no effect');
    expect(prod).toHaveTextContent('2 orphans');
    const orphans = within(prod).getByRole('list', { name: 'Orphans of prod' });
    expect(orphans).toHaveTextContent('Its tracking id names old-root');
    const check = within(prod).getByRole('group', {
      name: 'Disaster check of prod',
    });
    expect(check).toHaveTextContent('2 things would not come back from git');
    expect(check).toHaveTextContent('Needed by checkout-prod and ledger-prod.');
    expect(check).toHaveTextContent('bootstrap is not synced automatically');
    const dev = screen.getByRole('region', { name: 'Environment dev' });
    expect(dev).toHaveTextContent('everything would come back from git');
    expect(await axe(container)).toHaveNoViolations();
  });

  it('keeps its shape while it loads, says what went wrong, and tries again', async () => {
    let asked = 0;
    server.use(
      http.get(LIST, () => {
        asked += 1;
        return asked === 1
          ? refused(403, 'NotAllowedError', 'You may see no deployments')
          : HttpResponse.json(rootScenes.usual as never);
      }),
    );
    await show();
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'You may see no deployments',
    );
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByRole('region', { name: 'Environment dev' }),
    ).toBeInTheDocument();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('says that there is nothing, and how a root is known', async () => {
    answers(LIST, rootScenes.empty);
    await show();
    expect(
      await screen.findByRole('region', { name: 'No root found' }),
    ).toHaveTextContent('argocd.argoproj.io/tracking-id');
  });

  it('says how old the data of an Argo CD is that cannot be read', async () => {
    answers(LIST, rootScenes.stale);
    await show();
    expect(
      await screen.findByText(/Argo CD instance main cannot be read/),
    ).toBeInTheDocument();
    expect(screen.getAllByText(/as of/)).toHaveLength(2);
  });

  it('says that one sees only a part', async () => {
    answers(LIST, rootScenes.partial);
    await show();
    expect(
      await screen.findByText(/You see the Applications of the services/),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('group', { name: /Disaster check/ }),
    ).not.toBeInTheDocument();
  });

  it('hears of changes', async () => {
    answers(LIST, rootScenes.empty);
    const channel = signals();
    await show('/', channel);
    await screen.findByRole('region', { name: 'No root found' });
    answers(LIST, rootScenes.usual);
    channel.publish({ type: 'changed', entityRefs: [], roots: true });
    expect(
      await screen.findByRole(
        'region',
        { name: 'Environment prod' },
        { timeout: 5_000 },
      ),
    ).toBeInTheDocument();
  });
});

describe('one root', () => {
  it('is a tree that says everything of each child, and that its waves have no effect', async () => {
    const { container } = await showRoot(rootView());
    const tree = screen.getByRole('tree', {
      name: 'What hangs under prod-root',
    });
    const items = within(tree).getAllByRole('treeitem');
    expect(items).toHaveLength(13);
    expect(items[0]).toHaveAttribute('aria-expanded', 'true');
    const ledger = within(tree).getByRole('treeitem', {
      name: /ledger-prod, Sync fails/,
    });
    expect(ledger).toHaveAttribute('aria-level', '3');
    expect(ledger).toHaveAttribute('aria-posinset', '2');
    expect(ledger).toHaveAttribute('aria-setsize', '2');
    expect(
      screen.getByText(/no wave waits for the one before/),
    ).toBeInTheDocument();
    expect(screen.getByLabelText('YAML to paste')).toHaveTextContent(
      'argoproj.io_Application',
    );
    expect(await axe(container)).toHaveNoViolations();
  });

  it('is walked with the keys of a tree, and opens what is meant', async () => {
    await showRoot(rootView());
    const tree = screen.getByRole('tree');
    const meant = () =>
      document
        .getElementById(tree.getAttribute('aria-activedescendant')!)!
        .getAttribute('aria-label');
    tree.focus();
    await userEvent.keyboard('t');
    expect(meant()).toMatch(/^Application team-payments/);
    await userEvent.keyboard('{ArrowLeft}');
    expect(
      within(tree).queryByRole('treeitem', { name: /ledger-prod/ }),
    ).not.toBeInTheDocument();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowDown}');
    expect(meant()).toMatch(/^Application ledger-prod/);
    await userEvent.keyboard('{Enter}');
    const sheet = await screen.findByRole('dialog', { name: /ledger-prod/ });
    expect(sheet).toHaveTextContent(
      'one or more synchronization tasks completed unsuccessfully',
    );
    await userEvent.click(within(sheet).getByRole('button', { name: 'Close' }));
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
  });

  it('is searched and filtered, and says when nothing fits', async () => {
    await showRoot(rootView());
    const search = screen.getByLabelText(
      'Search by name, namespace or project',
    );
    await userEvent.type(search, 'ledger');
    expect(screen.getAllByRole('treeitem')).toHaveLength(3);
    expect(screen.getByText('1 of 12')).toBeInTheDocument();
    await userEvent.type(search, 'x');
    expect(screen.getByText('Nothing fits.')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Show all' }));
    await userEvent.click(screen.getByRole('button', { name: /State/ }));
    await userEvent.click(
      await screen.findByRole('option', { name: 'Missing in Argo CD' }),
    );
    expect(
      screen
        .getAllByRole('treeitem')
        .map(item => item.getAttribute('aria-label')),
    ).toEqual([
      expect.stringMatching(/prod-root/),
      expect.stringMatching(/search-prod, Missing in Argo CD/),
    ]);
  });

  it('is a graph too, walked by the arrows', async () => {
    await showRoot(rootView());
    await userEvent.click(screen.getByRole('button', { name: 'Graph' }));
    const graph = screen.getByRole('group', {
      name: /^Graph of what hangs under prod-root/,
    });
    expect(within(graph).getAllByRole('button')).toHaveLength(13);
    const root = within(graph).getByRole('button', {
      name: /^Application prod-root/,
    });
    expect(
      within(graph)
        .getAllByRole('button')
        .filter(({ tabIndex }) => tabIndex === 0),
    ).toEqual([root]);
    root.focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(root).not.toHaveFocus();
    const reached = document.activeElement!;
    expect(graph).toContainElement(reached as HTMLElement);
    await userEvent.keyboard('{Enter}');
    expect(await screen.findByRole('dialog')).toBeInTheDocument();
  });

  it('draws of 500 children those that are seen, and reaches the last', async () => {
    await showRoot(largeRoot());
    const tree = screen.getByRole('tree');
    const rows = within(tree).getAllByRole('treeitem');
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.length).toBeLessThan(80);
    expect(rows[1]).toHaveAttribute('aria-setsize', '500');
    expect(
      screen.getByText('500 nodes', { selector: '[role=status]' }),
    ).toBeInTheDocument();
  });

  it('answers as one that does not exist when it may not be seen', async () => {
    server.use(
      http.get(ROOT, () =>
        refused(
          404,
          'NotFoundError',
          'There is no Application argocd/prod-root',
        ),
      ),
    );
    await show('/main/argocd/prod-root');
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'There is no Application argocd/prod-root',
    );
  });
});

describe('on the page of an entity', () => {
  const VIEW = `${BASE}/v1/entities/component/default/checkout`;
  const managedBy = ['bootstrap', 'prod-root'].map(name => ({
    kind: 'Application' as const,
    instance: 'main',
    namespace: 'argocd',
    name,
  }));

  it('a lane says under which roots its Application hangs', async () => {
    const prod = environment('prod', '76dfd558', '1.8.0');
    await show(
      '/',
      signals(),
      <Lane
        environment={{
          ...prod,
          applications: [{ ...prod.applications[0], managedBy }],
        }}
        mayLift={false}
        actions={{
          onResources() {},
          onApplications() {},
          onRollback() {},
          onLift() {},
        }}
      />,
    );
    expect(
      screen.getByRole('region', { name: 'Environment prod' }),
    ).toHaveTextContent('under bootstrap › prod-root');
    expect(screen.getByRole('link', { name: 'prod-root' })).toHaveAttribute(
      'href',
      '/app-of-apps/main/argocd/prod-root',
    );
  });

  it('a card tells of each root what is wrong beneath, the worst first', async () => {
    const root = {
      ...application('prod', '76dfd558', '1.8.0'),
      name: 'prod-root',
      namespace: 'argocd',
      instance: 'main',
      manages: true,
    };
    answers(
      VIEW,
      pipeline({
        environments: [
          { ...environment('prod', '76dfd558', '1.8.0'), applications: [root] },
        ],
      }),
    );
    answers(ROOT, rootView());
    await show('/', signals(), <EntityRootsCard />);
    const list = await screen.findByRole('list', {
      name: 'What is wrong under prod-root',
    });
    expect(
      within(list)
        .getAllByRole('listitem')
        .map(item => item.textContent),
    ).toEqual([
      expect.stringMatching(/^Sync fails/),
      expect.stringMatching(/^Degraded/),
      expect.stringMatching(/^Missing in Argo CD/),
      expect.stringMatching(/^Not shown/),
      'and 3 more',
    ]);
    expect(
      screen.getByText('Waves between its children have no effect'),
    ).toBeInTheDocument();
  });

  it('a card of an entity without roots says so', async () => {
    answers(VIEW, pipeline());
    await show('/', signals(), <EntityRootsCard />);
    expect(
      await screen.findByText('None of its Applications manages others.'),
    ).toBeInTheDocument();
  });
});
