import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { startPromotionBackend } from './__testUtils__/simulatedBackend';
import {
  overlay,
  REPOSITORY,
  SimulatedShop,
  STAGING_FILE,
  startShop,
} from './__testUtils__/simulatedShop';

jest.setTimeout(90_000);

const SECRETS = [
  'hunter2-in-a-literal',
  'cGFzc3dvcmQ-in-a-patch',
  'tok3n-in-url',
];

/** The pin, with secrets in the lines around it. */
const withSecrets = (image: string, digest: string) =>
  `secretGenerator:
  - name: database
    literals:
      - password=${SECRETS[0]}
patches:
  - patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: checkout, annotations: {note: "https://ana:${
        SECRETS[2]
      }@example.com/x"}}
${overlay(image, digest)}commonAnnotations:
  clientSecret: ${SECRETS[1]}
`;

describe('secrets beside a pin', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  const stops: Array<() => Promise<unknown>> = [];
  afterAll(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  it('are in no plan, rendered difference, pull request, notification, event, audit log or row of the database', async () => {
    const shop: SimulatedShop = await startShop();
    stops.push(() => shop.sim.close());
    const { sim, image, old, fresh } = shop;
    await sim.git.commit(REPOSITORY, {
      branch: 'main',
      message: 'Add secrets',
      files: { [STAGING_FILE]: withSecrets(image, old.digest) },
    });
    const knex = await databases.init('SQLITE_3');
    const backend = await startPromotionBackend(shop, undefined, [
      mockServices.database.factory({ knex }),
    ]);
    stops.push(backend.stop);
    const { client, told } = backend;
    const plan = await client.plan();
    expect(plan.edits[0].patch).toContain(`+    digest: ${fresh.digest}`);
    const rendered = await client.call('/plans/rendered', {
      entityRef: 'component:default/checkout',
      environment: 'staging',
    });
    expect(rendered.body.applications[0]).toMatchObject({
      state: 'computed',
      objects: [{ kind: 'Deployment' }],
    });
    const { id } = (await client.promote('one', { delivery: 'pull-request' }))
      .body;
    await client.until(id, ({ state }) => state === 'in-review');
    const reviewed = await client.call(`/promotions/${id}/rendered`);
    expect(reviewed.body.applications[0].state).toBe('rendered');
    const list = await (
      await fetch(`${sim.git.url}/api/v1/repos/${REPOSITORY}/pulls`)
    ).json();
    expect(list[0].body).toContain(fresh.digest);
    const done = await client.call(`/promotions/${id}/cancel`, {});
    expect(done.body.state).toBe('cancelled');

    const tables: Array<{ name: string }> = await knex('sqlite_master')
      .where({ type: 'table' })
      .select('name');
    const rows = await Promise.all(
      tables.map(async ({ name }) => [name, await knex(name).select()]),
    );
    const seen = {
      plan,
      rendered: rendered.body,
      reviewed: reviewed.body,
      pullRequest: list[0].body,
      promotion: done.body,
      told,
      rows,
    };
    // The rows hold the plan: what is looked through is what there is.
    expect(JSON.stringify(rows)).toContain(`digest: ${fresh.digest}`);
    for (const [where, value] of Object.entries(seen))
      for (const secret of SECRETS)
        expect(`${where}: ${JSON.stringify(value).includes(secret)}`).toBe(
          `${where}: false`,
        );
  });
});
