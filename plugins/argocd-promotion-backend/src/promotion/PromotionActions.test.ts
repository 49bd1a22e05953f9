import { TestDatabases } from '@backstage/backend-test-utils';
import { PromotionState } from '@fairway/backstage-plugin-argocd-promotion-common';
import request from 'supertest';
import {
  as,
  colleague,
  createPromotionApp,
  owner,
  stranger,
} from './__testUtils__/promotionApp';
import { World } from './__testUtils__/world';
import { actionsOfState } from './PromotionActions';

jest.setTimeout(30_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const commit = { sha: 'a'.repeat(40) };
const delivery = { repo: 'https://git.example.com/a', branch: 'main' };

describe('actionsOfState', () => {
  const of = (
    state: PromotionState,
    rest: Partial<Parameters<typeof actionsOfState>[0]> = {},
  ) => actionsOfState({ state, gates: [], deliveries: [], ...rest });
  const approval = {
    kind: 'approval',
    title: 'Approval',
    state: 'pending' as const,
    reason: '0 of 1',
  };
  const endedAt = '2026-11-23T10:00:00.000Z';

  it.each<[PromotionState, string[], object]>([
    ['waiting', ['cancel'], {}],
    [
      'waiting',
      ['approve', 'reject', 'override', 'cancel'],
      { gates: [approval] },
    ],
    [
      'waiting',
      ['reject', 'cancel'],
      { gates: [{ ...approval, state: 'passed' }] },
    ],
    ['delivering', [], {}],
    ['in-review', ['cancel'], {}],
    ['syncing', [], { deliveries: [{ ...delivery, commit }] }],
    [
      'succeeded',
      ['rollback'],
      { endedAt, deliveries: [{ ...delivery, commit }] },
    ],
    ['failed', ['retry'], { endedAt }],
    [
      'failed',
      ['retry', 'rollback'],
      { endedAt, deliveries: [{ ...delivery, commit }] },
    ],
    ['superseded', ['retry'], { endedAt }],
    ['unchanged', [], { endedAt }],
  ])('%s: %j', (state, expected, rest) => {
    expect(of(state, rest)).toEqual(expected);
  });

  it('lets whoever has approved take that back', () => {
    const waiting = { state: 'waiting' as const, deliveries: [] };
    expect(actionsOfState({ ...waiting, gates: [approval] }, true)).toContain(
      'revoke',
    );
    expect(
      actionsOfState(
        { ...waiting, gates: [{ ...approval, state: 'passed' }] },
        true,
      ),
    ).toEqual(['revoke', 'reject', 'cancel']);
  });
});

describe('what a viewer may do', () => {
  const stops: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  it('is said with the promotion, to each viewer their own, as the routes would answer', async () => {
    const world = new World();
    world.environments[1].approvals = { required: 1, groups: [] };
    const { app, promote, read } = await createPromotionApp({
      world,
      stops,
      knex: await databases.init('SQLITE_3'),
    });
    const { id } = (await promote()).body;
    const seenBy = async (user: string) =>
      (await request(app).get(`/v1/promotions/${id}`).set(as(user))).body
        .actions;

    expect(await seenBy(owner)).toEqual({
      approve: { allowed: false, reason: expect.stringMatching(/cancel it/) },
      reject: { allowed: false, reason: expect.stringMatching(/cancel it/) },
      override: { allowed: true },
      cancel: { allowed: true },
    });
    expect(await seenBy(colleague)).toEqual({
      approve: { allowed: true },
      reject: { allowed: true },
      override: { allowed: true },
      cancel: { allowed: true },
    });
    const refused = await seenBy(stranger);
    expect(refused.cancel).toEqual({
      allowed: false,
      reason: expect.stringContaining(`${stranger} is none of them`),
    });
    const answer = await request(app)
      .post(`/v1/promotions/${id}/cancel`)
      .set(as(stranger))
      .send({});
    expect(answer.status).toBe(403);
    expect(answer.body.error.message).toBe(refused.cancel.reason);

    const rejected = await request(app)
      .post(`/v1/promotions/${id}/reject`)
      .set(as(colleague))
      .send({ reason: 'not today' });
    expect(rejected.body.actions).toEqual({ retry: { allowed: true } });
    expect((await read(id)).message).toBe(
      `Rejected by ${colleague}: not today`,
    );
  });
});
