import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { axe } from 'jest-axe';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import {
  registerMswTestHooks,
  renderInTestApp,
  TestApiProvider,
} from '@backstage/test-utils';
import {
  ApplicationView,
  ArgocdPromotionClient,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';
import { application, drift } from '../testing/fixtures';
import { ResourcesDrawer } from './ResourcesDrawer';

const BASE = 'http://backend.test/api/argocd-promotion';
const ROUTE = `${BASE}/v1/entities/component/default/checkout/applications/main/argocd/checkout-prod`;
const server = setupServer();

const drifted = application('prod', '76dfd558', '1.8.0', {
  drift: { differs: 3, missing: 1, extra: 0 },
  automated: { enabled: true, selfHeal: false, prune: false },
});

const story = [
  {
    phase: 'PreSync',
    waves: [
      {
        wave: -5,
        steps: [
          {
            kind: 'Job',
            name: 'migrate',
            namespace: 'shop',
            hook: true,
            state: 'failed',
            message: 'Job has reached the specified backoff limit',
          },
        ],
      },
    ],
  },
  {
    phase: 'Sync',
    waves: [
      {
        wave: 10,
        steps: [
          { kind: 'Service', name: 'checkout', hook: false, state: 'waiting' },
        ],
      },
    ],
  },
];

function details(view: ApplicationView) {
  return http.get(ROUTE, () =>
    HttpResponse.json({
      ...view,
      drifted: [],
      story,
      orderProblems: [],
      resources: [],
      history: [],
    }),
  );
}

function show(view: ApplicationView) {
  const client = new ArgocdPromotionClient({
    discoveryApi: { getBaseUrl: async () => BASE },
  });
  return renderInTestApp(
    <TestApiProvider apis={[[argocdPromotionApiRef, client]]}>
      <ResourcesDrawer
        entityRef="component:default/checkout"
        environment="prod"
        application={view}
        onClose={() => {}}
      />
    </TestApiProvider>,
  );
}

describe('the resources of an Application', () => {
  registerMswTestHooks(server);

  it('tell field by field what differs, without accessibility faults', async () => {
    server.use(
      details(drifted),
      http.get(`${ROUTE}/drift`, () => HttpResponse.json(drift)),
    );
    const { baseElement } = await show(drifted);
    const deployment = await screen.findByRole('listitem', {
      name: 'Deployment checkout',
    });
    expect(deployment).toHaveTextContent(
      'spec.template.spec.containers[checkout].env[LOG_LEVEL].value' +
        'git: info → , cluster: traceby kubectl-set, ',
    );
    expect(deployment).toHaveTextContent(
      '512Mi → , cluster: not in the cluster',
    );
    expect(screen.getByText('value differs (hidden)')).toBeInTheDocument();
    expect(screen.getByText(/and 12 more fields/)).toBeInTheDocument();
    expect(screen.getByText(/in git, missing/)).toBeInTheDocument();
    expect(screen.getByText(/^Self-heal is off/)).toBeInTheDocument();
    expect((await axe(baseElement)).violations).toEqual([]);
  });

  it('tell what past deployments changed when somebody asks', async () => {
    server.use(
      http.get(ROUTE, () =>
        HttpResponse.json({
          ...drifted,
          drifted: [],
          story,
          orderProblems: [],
          resources: [],
          history: [
            {
              id: 3,
              revisions: ['8f1d4ae0'.padEnd(40, '0')],
              deployedAt: '2026-11-23T13:00:00Z',
            },
          ],
        }),
      ),
      http.get(`${ROUTE}/drift`, () => HttpResponse.json(drift)),
      http.get(`${ROUTE}/history`, () =>
        HttpResponse.json({
          items: [
            {
              id: 3,
              revisions: ['8f1d4ae0'.padEnd(40, '0')],
              deployedAt: '2026-11-23T13:00:31Z',
              deployStartedAt: '2026-11-23T13:00:00Z',
              initiatedBy: { automated: true },
              changes: [
                {
                  repoURL: 'https://git.example.com/shop/deploy',
                  revision: '8f1d4ae0'.padEnd(40, '0'),
                  commits: [
                    {
                      sha: '8f1d4ae0'.padEnd(40, '0'),
                      author: 'Ana Lima',
                      message: 'Release 1.9.0\n\nPromotion-Id: 1',
                      url: 'https://git.example.com/shop/deploy/commit/8f1d4ae',
                    },
                  ],
                  files: ['overlays/prod/kustomization.yaml'],
                  images: { before: ['1.8.0'], after: ['1.9.0'] },
                },
              ],
            },
          ],
        }),
      ),
    );
    await show(drifted);
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Show what the last deployment changed',
      }),
    );
    const list = await screen.findByRole('list', { name: 'Deployments' });
    expect(list).toHaveTextContent('took 31 s · automated · at 8f1d4ae');
    expect(list).toHaveTextContent('Release 1.9.0 · Ana Lima');
    expect(list).toHaveTextContent('images: 1.8.0 → 1.9.0');
    expect(list).toHaveTextContent('overlays/prod/kustomization.yaml');
  });

  it('show both sides of one object on demand', async () => {
    let query: string | undefined;
    server.use(
      details(drifted),
      http.get(`${ROUTE}/drift`, () => HttpResponse.json(drift)),
      http.get(`${ROUTE}/drift/manifests`, ({ request }) => {
        query = new URL(request.url).search;
        return HttpResponse.json({
          git: 'level: info\n',
          live: 'level: trace\n',
        });
      }),
    );
    await show(drifted);
    const item = await screen.findByRole('listitem', {
      name: 'ConfigMap checkout-settings',
    });
    const button = within(item).getByRole('button', { name: 'Show YAML' });
    await userEvent.click(button);
    expect(
      await within(item).findByLabelText('What the cluster has'),
    ).toHaveTextContent('level: trace');
    expect(within(item).getByLabelText('What git asks for')).toHaveTextContent(
      'level: info',
    );
    expect(query).toBe(
      '?group=&kind=ConfigMap&namespace=checkout-prod&name=checkout-settings',
    );
  });

  it('tell the sync by phases, with the log of a hook that failed', async () => {
    const view = application('prod', '76dfd558', '1.8.0');
    const asked: string[] = [];
    const proxy = `${BASE}/v1/entities/component/default/checkout/proxy/main/api/v1/applications/checkout-prod`;
    server.use(
      details(view),
      http.get(`${proxy}/resource-tree`, () =>
        HttpResponse.json({
          nodes: [
            {
              kind: 'Pod',
              name: 'migrate-x',
              namespace: 'shop',
              parentRefs: [{ kind: 'Job', name: 'migrate' }],
            },
          ],
        }),
      ),
      http.get(`${proxy}/logs`, ({ request }) => {
        asked.push(new URL(request.url).search);
        return HttpResponse.json({ items: [{ content: 'column exists' }] });
      }),
    );
    await show(view);
    const phase = await screen.findByRole('region', {
      name: 'PreSync · wave -5',
    });
    expect(phase).toHaveTextContent(
      'hook · failed · Job has reached the specified backoff limit',
    );
    expect(
      screen.getByRole('region', { name: 'Sync · wave 10' }),
    ).toHaveTextContent('Service checkoutnot reached');
    await userEvent.click(
      within(phase).getByRole('button', { name: 'Show the log of migrate' }),
    );
    expect(await within(phase).findByText('column exists')).toBeInTheDocument();
    expect(asked).toEqual([
      '?appNamespace=argocd&podName=migrate-x&namespace=shop&tailLines=50',
    ]);
  });

  it('ask for no differences where there are none', async () => {
    let asked = 0;
    const view = application('prod', '76dfd558', '1.8.0');
    server.use(
      details(view),
      http.get(`${ROUTE}/drift`, () => {
        asked += 1;
        return HttpResponse.json(drift);
      }),
    );
    await show(view);
    expect(
      await screen.findByText('Every resource is as git says.'),
    ).toBeInTheDocument();
    expect(asked).toBe(0);
  });

  it('tell an old answer by its age, and an error with a way on', async () => {
    let answers = 0;
    server.use(
      details(drifted),
      http.get(`${ROUTE}/drift`, () => {
        answers += 1;
        return answers === 1
          ? HttpResponse.json(
              { error: { name: 'ServiceUnavailableError', message: 'no' } },
              { status: 503 },
            )
          : HttpResponse.json({ ...drift, staleReason: 'main is down' });
      }),
    );
    await show(drifted);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Try again' }),
    );
    expect(await screen.findByText(/main is down/)).toBeInTheDocument();
    expect(
      screen.getByText('Argo CD does not answer at present'),
    ).toBeInTheDocument();
  });
});
