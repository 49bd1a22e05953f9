import { KubernetesObject } from '../ports';
import { startCompany } from './__testUtils__/company';
import { recording } from './__testUtils__/recordings';
import {
  bodyOf,
  NONE,
  replay as replayIn,
  UNTOLD,
} from './__testUtils__/replay';
import { shapeDifferences } from './__testUtils__/shapes';

jest.setTimeout(60_000);

describe('a simulated Argo CD is written to as the recorded one', () => {
  let company: Awaited<ReturnType<typeof startCompany>>;
  beforeAll(async () => {
    company = await startCompany();
  });
  afterAll(() => company.sim.close());

  const json = async (path: string) => (await company.call(path)).json();
  const replay = (name: string, overrides?: { json?: unknown }) =>
    replayIn(company, name, overrides);

  describe('projects', () => {
    const project = (name: string) =>
      (recording(name).request.body as { project: KubernetesObject }).project;

    it('creates, updates by resourceVersion, refuses what is stale, wrong or in use', async () => {
      const created = await replay('project-create');
      expect(
        shapeDifferences(bodyOf('project-create'), created, UNTOLD),
      ).toEqual(NONE);
      expect(await replay('project-create-again-same')).toEqual(created);
      expect(await replay('project-create-again-different')).toEqual(
        bodyOf('project-create-again-different'),
      );
      const upserted = await replay('project-create-upsert');
      expect(upserted.spec.description).toBe(
        (bodyOf('project-create-upsert') as { spec: { description: string } })
          .spec.description,
      );
      const wanted = project('project-update');
      const at = (resourceVersion: string) => ({
        json: {
          project: {
            ...wanted,
            metadata: { ...wanted.metadata, resourceVersion },
          },
        },
      });
      const updated = await replay(
        'project-update',
        at(upserted.metadata.resourceVersion),
      );
      expect(
        shapeDifferences(bodyOf('project-update'), updated, UNTOLD),
      ).toEqual(NONE);
      expect(
        await replay(
          'project-update-stale',
          at(upserted.metadata.resourceVersion),
        ),
      ).toEqual(bodyOf('project-update-stale'));
      expect(await replay('project-update-bad-policy')).toEqual(
        bodyOf('project-update-bad-policy'),
      );
      expect(
        shapeDifferences(
          bodyOf('project-get-created'),
          await replay('project-get-created'),
          UNTOLD,
        ),
      ).toEqual(NONE);
      expect(await replay('project-delete')).toEqual(bodyOf('project-delete'));
      const inUse = await replay('project-delete-in-use');
      expect(inUse.error).toMatch(
        /^project is referenced by \d+ applications$/,
      );
    });
  });

  it('syncs by hand, and says who did', async () => {
    const started = await replay('move-manual-sync');
    expect(
      shapeDifferences(bodyOf('move-manual-sync'), started, UNTOLD),
    ).toEqual(NONE);
    await company.sim.argocd.main.settled();
    const after = await json('/api/v1/applications/billing');
    expect(after.status.operationState).toMatchObject({
      phase: 'Succeeded',
      operation: { initiatedBy: { username: 'backstage' } },
    });
  });

  it('creates an Application once, and deletes it', async () => {
    const created = await replay('application-create');
    expect(
      shapeDifferences(bodyOf('application-create'), created, UNTOLD),
    ).toEqual(NONE);
    expect(await replay('application-create-again-different')).toEqual(
      bodyOf('application-create-again-different'),
    );
    expect(await replay('application-delete')).toEqual({});
    await company.sim.argocd.main.settled();
    expect(
      (await company.call('/api/v1/applications/new-app?project=shop')).status,
    ).toBe(404);
  });

  it('keeps no field of a new Application that it does not know', async () => {
    const answer = await replay('application-create-unknown-field');
    const recorded = bodyOf('application-create-unknown-field') as object;
    expect(Object.keys(answer)).toEqual(
      expect.arrayContaining(Object.keys(recorded)),
    );
    expect(answer).not.toHaveProperty('wibble');
    await replay('application-delete');
    await company.sim.argocd.main.settled();
  });

  describe('an Application whose source or destination is wrong', () => {
    const create = (name: string) => {
      const { metadata, spec } = bodyOf(name) as KubernetesObject;
      company.sim.argocd.main.createApplication({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name: metadata.name },
        spec: JSON.parse(
          JSON.stringify(spec).replaceAll(
            'http://127.0.0.1:13000',
            company.base,
          ),
        ),
      });
    };
    const told = (body: unknown) => {
      const { status } = body as {
        status: {
          sync: { status: string };
          health: { status?: string };
          conditions: Array<{ type: string; message: string }>;
        };
      };
      return {
        sync: status.sync.status,
        health: status.health.status,
        conditions: status.conditions.map(({ type, message }) => ({
          type,
          message: message.replace('Manifest generation error (cached): ', ''),
        })),
      };
    };

    it.each(['move-broken-path', 'move-broken-destination'])(
      '%s: the same conditions, and the same refusals',
      async name => {
        create(name);
        await company.sim.argocd.main.settled();
        const { metadata } = bodyOf(name) as KubernetesObject;
        expect(
          told(await json(`/api/v1/applications/${metadata.name}`)),
        ).toEqual(told(bodyOf(name)));
        for (const what of ['manifests', 'managed-resources'])
          expect(await replay(`${name}-${what}`)).toEqual(
            bodyOf(`${name}-${what}`),
          );
        const deletion = { 'move-broken-path': 'move-delete' }[name];
        expect(await replay(deletion ?? 'move-delete-2')).toEqual({});
      },
    );
  });
});
