import { RecordedArgocd } from '../__testUtils__/RecordedArgocd';
import {
  linkedApplications,
  linkingCases,
} from '../__testUtils__/linkingCases';
import {
  component,
  startPlugin,
  threeEnvironments,
} from '../__testUtils__/startPlugin';
import { until } from '../__testUtils__/until';
import { PipelineView } from '@fairway/backstage-plugin-argocd-promotion-common';

jest.setTimeout(30_000);

describe('the annotations of both peers', () => {
  const stops: Array<() => Promise<unknown>> = [];
  let pipeline: (index: number) => Promise<PipelineView>;

  const instances: Array<{ name: string; url: string; token: string }> = [];
  const loaded = (plugin: Awaited<ReturnType<typeof startPlugin>>) =>
    until(async () => {
      const { body } = await plugin.get('/v1/instances');
      return body.items.every(
        ({ updatedAt }: { updatedAt?: string }) => updatedAt,
      )
        ? true
        : undefined;
    });

  beforeAll(async () => {
    for (const name of ['main', 'other']) {
      const argocd = await RecordedArgocd.start();
      stops.push(() => argocd.close());
      argocd.intercept = (request, response) => {
        if (request.url !== '/api/v1/applications') return false;
        const items = linkedApplications
          .filter(({ instance }) => instance === name)
          .map(({ namespace, name: app, project, labels }) => ({
            metadata: { namespace, name: app, labels, resourceVersion: '1' },
            spec: { project },
            status: {
              sync: { status: 'Synced' },
              controllerNamespace: 'argocd',
            },
          }));
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ metadata: {}, items }));
        return true;
      };
      instances.push({ name, url: argocd.url, token: 't' });
    }
    const plugin = await startPlugin({
      // The configuration of the peers, and none of ours but the environments.
      argocd: { appLocatorMethods: [{ type: 'config', instances }] },
      argocdPromotion: { environments: threeEnvironments },
      entities: linkingCases.map(({ annotations }, i) =>
        component(`case-${i}`, {
          // One owner: the cases are no rivals of each other.
          annotations,
        }),
      ),
    });
    stops.push(plugin.stop);
    pipeline = async index =>
      (await plugin.get(`/v1/entities/component/default/case-${index}`)).body;
    await loaded(plugin);
  });
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  it.each(linkingCases.map((one, index) => ({ ...one, index })))(
    'give here for $title what was decided',
    async ({ index, ours, problems = [] }) => {
      const view = await pipeline(index);
      expect(
        view.environments
          .flatMap(({ applications }) => applications)
          .map(app => `${app.instance}/${app.namespace}/${app.name}`)
          .sort(),
      ).toEqual([...ours].sort());
      expect(
        view.problems
          .map(({ code }) => code)
          .filter(code => code !== 'claim-only')
          .sort(),
      ).toEqual([...problems].sort());
      for (const { message, remedy } of view.problems) {
        expect(message).not.toBe('');
        expect(remedy).not.toBe('');
      }
    },
  );

  it('count for nothing where they are not trusted, and what they name is not called missing', async () => {
    const plugin = await startPlugin({
      argocdPromotion: {
        instances,
        environments: threeEnvironments,
        binding: { trustAnnotations: 'none' },
      },
      entities: [
        component('labelled', {
          annotations: { 'argocd/app-name': 'search-dev,checkout-prod' },
        }),
      ],
    });
    stops.push(plugin.stop);
    await loaded(plugin);
    const { body } = await plugin.get(
      '/v1/entities/component/default/labelled',
    );
    const view = body as PipelineView;
    expect(
      view.environments.flatMap(({ applications }) =>
        applications.map(({ name, binding }) => [name, binding.kind]),
      ),
    ).toEqual([['search-dev', 'proof']]);
    expect(view.problems).toEqual([]);
  });

  it.each(linkingCases)(
    'give for $title what both give, where they agree and work',
    ({ roadie, community, ours }) => {
      const agreed =
        roadie !== 'fails' &&
        community !== 'fails' &&
        roadie.join() === community.join()
          ? roadie
          : ours;
      expect(ours).toEqual(agreed);
    },
  );
});
