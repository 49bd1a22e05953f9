import { PipelineView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { readRecording } from './__testUtils__/recordings';
import { RecordedArgocd } from './__testUtils__/RecordedArgocd';
import {
  component,
  startPlugin,
  threeEnvironments,
} from './__testUtils__/startPlugin';
import { until } from './__testUtils__/until';

jest.setTimeout(30_000);

const route = '/v1/entities/component/default/checkout';

describe('the pipeline view', () => {
  const stops: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const start = async (settings: { broken?: string } = {}) => {
    const argocd = await RecordedArgocd.start();
    stops.push(() => argocd.close());
    const { get, publish, stop } = await startPlugin({
      argocdPromotion: {
        environments: threeEnvironments,
        instances: [
          {
            name: 'main',
            url: argocd.url,
            token: 'secret-token',
            frontendUrl: 'https://argocd.example.com',
          },
          ...(settings.broken
            ? [{ name: 'other', url: settings.broken, token: 't' }]
            : []),
        ],
      },
      entities: [component('checkout')],
    });
    stops.push(stop);
    const ready = () =>
      until(async () => {
        const { body } = await get(route);
        const view = body as PipelineView;
        const image = view.environments?.[1]?.applications[0]?.images[0];
        return image?.source === 'pod' &&
          view.environments[1].applications[0].lastChange?.author
          ? view
          : undefined;
      });
    return { argocd, get, ready, publish };
  };

  it('tells what runs in each environment, and asks Argo CD for nothing', async () => {
    const { argocd, get, ready } = await start();
    const view = await ready();
    expect(
      view.environments.map(({ name, applications }) => [
        name,
        applications.map(({ name: app }) => app),
      ]),
    ).toEqual([
      ['dev', ['checkout-dev']],
      ['staging', ['checkout-staging']],
      ['prod', ['checkout-prod']],
    ]);
    expect(view.environments[1].applications[0]).toMatchObject({
      binding: { kind: 'proof' },
      url: 'https://argocd.example.com/applications/argocd/checkout-staging',
      images: [
        {
          repository: 'ghcr.io/company/checkout',
          tag: '1.9.0',
          digest:
            'sha256:51ec671a116f35d427195ee57a3fa3e07ae47696df6baeef1e544e62a8329158',
          source: 'pod',
          pods: { total: 2, matching: 2, others: [] },
        },
      ],
      lastChange: { author: 'Ana Lima', message: 'Mend the migration' },
    });
    expect(JSON.stringify(view)).not.toContain(argocd.url);
    expect(JSON.stringify(view)).not.toContain('secret-token');
    const asked = argocd.requests.length;
    const first = await get(route).expect(200);
    await get(`${route}/applications/main/argocd/checkout-staging`).expect(200);
    await get('/v1/instances').expect(200);
    await get(route).set('If-None-Match', first.headers.etag).expect(304);
    // Reading ahead for the other environments, which have no recordings, goes on by itself: none of it is a page's.
    expect(
      argocd.requests
        .slice(asked)
        .filter(({ url }) => url.includes('checkout-staging')),
    ).toEqual([]);
  });

  it('tells open browsers within a second, by keys only', async () => {
    const { argocd, ready, publish, get } = await start();
    await ready();
    publish.mockClear();
    const application = structuredClone(
      readRecording('application-get.json').response.body,
    ) as {
      metadata: { resourceVersion: string };
      status: { sync: { status: string } };
    };
    application.metadata.resourceVersion = '999999';
    application.status.sync.status = 'OutOfSync';
    const at = Date.now();
    argocd.emit({ type: 'MODIFIED', application });
    const [[signal]] = await until(
      async () =>
        publish.mock.calls.length > 0 ? publish.mock.calls : undefined,
      2_000,
    );
    expect(Date.now() - at).toBeLessThan(1_000);
    expect(signal).toMatchObject({
      message: { type: 'changed', entityRefs: ['component:default/checkout'] },
    });
    const { body } = await get(route);
    expect(body.environments[1].applications[0].sync.status).toBe('OutOfSync');
  });

  it('starts and shows the rest while an Instance is down', async () => {
    const { get, ready } = await start({ broken: 'http://127.0.0.1:9' });
    await ready();
    const { body } = await get(route).expect(200);
    expect(body.problems).toContainEqual(
      expect.objectContaining({ code: 'instance-unread' }),
    );
    const { body: instances } = await get('/v1/instances');
    expect(instances.items).toMatchObject([
      {
        name: 'main',
        reachable: true,
        authenticated: true,
        version: 'v3.6.0+unknown',
      },
      { name: 'other', reachable: false },
    ]);
  });

  it('knows nothing of an entity that the catalog does not show', async () => {
    const { get } = await start();
    const unknown = [
      '/v1/entities/component/default/none',
      `${route}/applications/main/argocd/billing`,
    ];
    for (const path of unknown) expect((await get(path)).status).toBe(404);
  });
});
