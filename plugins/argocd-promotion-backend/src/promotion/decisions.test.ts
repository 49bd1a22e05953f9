import { TestDatabases } from '@backstage/backend-test-utils';
import { Promotion } from '@fairway/backstage-plugin-argocd-promotion-common';
import request from 'supertest';
import {
  as,
  colleague,
  createPromotionApp,
  owner,
  ownCommits,
  stranger,
} from './__testUtils__/promotionApp';
import { eventually } from './__testUtils__/promotionClient';
import { digestOf } from './__testUtils__/samples';
import { IMAGE, pin, World } from './__testUtils__/world';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });
const another = 'user:default/cy';

describe.each(databases.eachSupportedId())('on %s', databaseId => {
  const stops: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  const setUp = async (change: (world: World) => void) => {
    const world = new World();
    change(world);
    const made = await createPromotionApp({
      world,
      stops,
      knex: await databases.init(databaseId),
    });
    const act = async (
      id: string,
      verb: string,
      user: string,
      body: object = {},
    ): Promise<{ status: number; body: Promotion; error: string }> => {
      const answer = await request(made.app)
        .post(`/v1/promotions/${id}/${verb}`)
        .set(as(user))
        .send(body);
      const { status } = answer;
      return { status, body: answer.body, error: answer.body.error?.message };
    };
    const untilMessage = (id: string, pattern: RegExp) =>
      eventually(
        async () => {
          const promotion = await made.read(id);
          return pattern.test(promotion.message) ? promotion : undefined;
        },
        () => pattern.source,
        15_000,
      );
    return { ...made, act, untilMessage };
  };

  it('needs as many people as configured, who may take it back while it waits', async () => {
    const { promote, act, until, untilMessage, read } = await setUp(world => {
      world.environments[1].approvals = {
        required: 2,
        groups: ['group:default/release-managers'],
      };
    });
    const { id, plan } = (await promote()).body;
    const asked = await untilMessage(id, /Approval/);
    expect(asked.message).toBe(
      'Approval: 0 of 2; asked of group:default/payments, group:default/release-managers, not of who asked',
    );
    const { hash: planHash } = plan;
    const reason = 'seen in staging';
    const first = await act(id, 'approve', colleague, { planHash, reason });
    expect(first.body.approvals).toMatchObject([{ by: colleague, reason }]);
    expect(first.body.actions).toMatchObject({ revoke: { allowed: true } });
    expect(first.body.actions).not.toHaveProperty('approve');
    // The same person once more is no second one.
    await act(id, 'approve', colleague, { planHash });
    await untilMessage(id, /1 of 2, by user:default\/bo;/);

    expect((await act(id, 'revoke', another)).error).toMatch(
      /has not approved/,
    );
    expect((await act(id, 'revoke', owner)).status).toBe(403);
    expect((await act(id, 'revoke', stranger)).status).toBe(403);
    const back = await act(id, 'revoke', colleague, { reason: 'wrong one' });
    expect(back.body.approvals).toEqual([]);
    await act(id, 'approve', another, { planHash });
    await untilMessage(id, /1 of 2, by user:default\/cy;/);
    expect((await read(id)).state).toBe('waiting');
    await act(id, 'approve', colleague, { planHash });
    const syncing = await until(id, 'syncing');
    expect(syncing.approvals.map(({ by }) => by)).toEqual([another, colleague]);
    const late = await act(id, 'revoke', another);
    expect([late.status, late.error]).toEqual([
      409,
      expect.stringContaining('does not wait'),
    ]);
    expect(
      syncing.events.flatMap(({ actor, message }) =>
        actor && actor !== owner ? [message] : [],
      ),
    ).toEqual([
      `Approved by ${colleague}: seen in staging`,
      `Approval taken back by ${colleague}: wrong one`,
      `Approved by ${another}`,
      `Approved by ${colleague}`,
    ]);
  });

  it('a new plan voids approvals and overrides', async () => {
    const { world, promote, act, untilMessage, until, read } = await setUp(
      ({ environments }) => {
        environments[1].approvals = { required: 1, groups: [] };
      },
    );
    const { id, plan } = (await promote()).body;
    await untilMessage(id, /Approval/);
    // The same pin, but another file around it than the one that is approved.
    world.git.push(
      'main',
      { [pin('staging')]: `${IMAGE}@${digestOf('1')} # by hand\n` },
      'by hand',
    );
    await act(id, 'approve', colleague, { planHash: plan.hash });
    const again = await eventually(
      async () => {
        const waiting = await read(id);
        return waiting.plan.hash === plan.hash ? undefined : waiting;
      },
      () => 'the same plan',
    );
    expect(again.approvals).toMatchObject([{ by: colleague, void: true }]);
    expect(again.events.map(({ message }) => message)).toContain(
      'A touched file changed, so the plan is another and its approvals are void: look at it, and decide again',
    );
    await untilMessage(id, /0 of 1/);
    const stale = { planHash: plan.hash, reason: 'now' };
    expect((await act(id, 'override', colleague, stale)).status).toBe(409);
    await act(id, 'approve', colleague, { planHash: again.plan.hash });
    await until(id, 'syncing');
  });

  it('an override goes past gates and approvals, with a reason, and stays marked', async () => {
    const { app, world, promote, act, until, untilMessage, finished } =
      await setUp(({ environments }) => {
        environments[1].approvals = { required: 1, groups: [] };
        environments[1].gates = [{ kind: 'soak', duration: { hours: 9999 } }];
      });
    const { id, plan } = (await promote()).body;
    await untilMessage(id, /Soaked/);
    const planHash = plan.hash;
    for (const body of [{ planHash }, { planHash, reason: '  ' }, {}])
      expect((await act(id, 'override', owner, body)).status).toBe(400);
    expect(
      (await act(id, 'override', owner, { planHash: 'x', reason: 'r' })).status,
    ).toBe(409);
    const reason = 'INC-7: production\nis down';
    const done = await act(id, 'override', owner, { planHash, reason });
    expect(done.status).toBe(200);
    const mark = {
      by: owner,
      at: expect.any(String),
      reason,
      skipped: ['Soaked in dev', 'Approval'],
    };
    expect((await until(id, 'syncing')).override).toEqual(mark);
    const [commit] = await ownCommits(world);
    expect(commit.message).toContain(
      `Promotion-Overridden-By: ${owner}\nPromotion-Override-Reason: INC-7: production is down`,
    );
    expect(
      finished.filter(({ id: event }) => event === 'promotion-override').at(-1),
    ).toMatchObject({ meta: { id, reason, planHash } });
    await world.settle('staging');
    const ended = await until(id, 'succeeded');
    expect(ended.override).toEqual(mark);
    expect(ended.events.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        `Gates overridden by ${owner}: ${reason}`,
        `Writes to git, past gates by the override of ${owner}`,
      ]),
    );
    const list = await request(app).get('/v1/promotions').set(as(owner));
    expect(list.body.items[0].override).toEqual(mark);
    expect(
      (await act(id, 'override', owner, { planHash, reason })).status,
    ).toBe(409);
  });

  it('an override does not go past the proof that the Applications are the entity’s', async () => {
    const { world, promote, act, untilMessage, read } = await setUp(
      ({ environments }) => {
        environments[1].gates = [{ kind: 'soak', duration: { hours: 9999 } }];
      },
    );
    const { id, plan } = (await promote()).body;
    await untilMessage(id, /Soaked/);
    world.applications.staging.binding = {
      kind: 'claim',
      reason: 'annotation',
      remedy: 'Add the label.',
    };
    const body = { planHash: plan.hash, reason: 'now' };
    expect((await act(id, 'override', owner, body)).status).toBe(200);
    await untilMessage(id, /is not proven to be of/);
    expect((await read(id)).state).toBe('waiting');
    expect(await ownCommits(world)).toEqual([]);
  });
});
