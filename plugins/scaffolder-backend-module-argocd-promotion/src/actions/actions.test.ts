import { mockServices } from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import {
  ArgocdPromotionApi,
  Promotion,
  PromotionState,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import yaml from 'yaml';
import { createPromoteAction } from './promote';
import { examples } from './promote.examples';
import { createWaitAction } from './wait';

const plan = { hash: 'h', edits: [], release: { id: 'r', images: [] } };
const inState = (state: PromotionState): Promotion =>
  ({
    id: 'p1',
    state,
    message: `now ${state}`,
    plan,
    commit: { sha: 's', url: 'https://git.example.com/commit/s' },
  } as unknown as Promotion);

function fakeApi(states: PromotionState[]) {
  const left = [...states];
  return {
    createPlan: jest.fn(async () => plan),
    createPromotion: jest.fn(async () => inState('waiting')),
    getPromotion: jest.fn(async () =>
      inState(left.length > 1 ? left.shift()! : left[0]),
    ),
  };
}

const optionsOf = (api: ReturnType<typeof fakeApi>) => ({
  api: api as unknown as ArgocdPromotionApi,
  auth: mockServices.auth(),
  pollMs: 1,
});
const input = {
  entityRef: 'component:default/checkout',
  environment: 'staging',
};

describe('argocd-promotion:promote', () => {
  it('promotes in the name of the initiator and waits for the end', async () => {
    const api = fakeApi(['delivering', 'verifying', 'succeeded']);
    const ctx = createMockActionContext({ input: { ...input, wait: true } });
    await createPromoteAction(optionsOf(api)).handler(ctx);
    expect(api.createPromotion).toHaveBeenCalledWith(
      input,
      expect.objectContaining({
        token: expect.any(String),
        idempotencyKey: expect.stringContaining(ctx.task.id),
      }),
    );
    expect(ctx.output).toHaveBeenCalledWith('promotionId', 'p1');
    expect(ctx.output).toHaveBeenCalledWith('state', 'succeeded');
    expect(ctx.output).toHaveBeenCalledWith(
      'commitUrl',
      'https://git.example.com/commit/s',
    );
    expect(api.getPromotion).toHaveBeenCalledTimes(3);
  });

  it('does not wait unless told to', async () => {
    const api = fakeApi(['waiting']);
    const ctx = createMockActionContext({ input });
    await createPromoteAction(optionsOf(api)).handler(ctx);
    expect(ctx.output).toHaveBeenCalledWith('state', 'waiting');
    expect(api.getPromotion).toHaveBeenCalledTimes(1);
  });

  it('uses the same key when a task is resumed, and another for another input', async () => {
    const keys: string[] = [];
    const api = fakeApi(['waiting']);
    api.createPromotion.mockImplementation((async (
      _: unknown,
      { idempotencyKey }: { idempotencyKey: string },
    ) => {
      keys.push(idempotencyKey);
      return inState('waiting');
    }) as never);
    const action = createPromoteAction(optionsOf(api));
    const ctx = createMockActionContext({ input });
    await action.handler(ctx);
    await action.handler({ ...ctx });
    await action.handler({ ...ctx, input: { ...input, environment: 'prod' } });
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
    expect(keys[0].length).toBeLessThanOrEqual(255);
  });

  it('only plans in a dry run', async () => {
    const api = fakeApi(['waiting']);
    const ctx = { ...createMockActionContext({ input }), isDryRun: true };
    await createPromoteAction(optionsOf(api)).handler(ctx);
    expect(api.createPlan).toHaveBeenCalledWith(
      expect.objectContaining(input),
      expect.anything(),
    );
    expect(api.createPromotion).not.toHaveBeenCalled();
    expect(ctx.output).toHaveBeenCalledWith('state', 'planned');
  });

  it('has examples whose inputs its schema takes', () => {
    for (const { example } of examples) {
      expect(yaml.parse(example).steps[0]).toMatchObject({
        action: 'argocd-promotion:promote',
      });
    }
  });
});

describe('argocd-promotion:wait', () => {
  it('fails when the promotion fails, and says why', async () => {
    const ctx = createMockActionContext({ input: { promotionId: 'p1' } });
    const action = createWaitAction(optionsOf(fakeApi(['syncing', 'failed'])));
    await expect(action.handler(ctx)).rejects.toThrow(
      'Promotion p1 ended as failed: now failed',
    );
  });

  it('gives up in time, and goes on over failures of the backend', async () => {
    const api = fakeApi(['syncing']);
    api.getPromotion.mockRejectedValueOnce(new Error('connect ECONNREFUSED'));
    const ctx = createMockActionContext({
      input: { promotionId: 'p1', timeoutMinutes: 0.001 },
    });
    await expect(createWaitAction(optionsOf(api)).handler(ctx)).rejects.toThrow(
      /has not ended in time/,
    );
    expect(api.getPromotion.mock.calls.length).toBeGreaterThan(1);
  });

  it('fails at once when there is no such promotion', async () => {
    const api = fakeApi(['syncing']);
    api.getPromotion.mockRejectedValue(
      Object.assign(new Error('no'), { statusCode: 404 }),
    );
    const ctx = createMockActionContext({ input: { promotionId: 'p1' } });
    await expect(createWaitAction(optionsOf(api)).handler(ctx)).rejects.toThrow(
      'no',
    );
    expect(api.getPromotion).toHaveBeenCalledTimes(1);
  });
});
