import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { ArgocdPromotionClient } from '@fairway/backstage-plugin-argocd-promotion-common';
import yaml from 'yaml';
import { PromotionServer } from './__testUtils__/PromotionServer';
import { createPromoteAction } from './promote';
import { examples as promoteExamples } from './promote.examples';
import { createWaitAction } from './wait';
import { examples as waitExamples } from './wait.examples';

jest.setTimeout(30_000);

const user = 'user:default/ana';
const input = {
  entityRef: 'component:default/checkout',
  environment: 'staging',
};

describe('the actions, over HTTP', () => {
  let server: PromotionServer;
  beforeEach(async () => {
    server = await PromotionServer.start();
  });
  afterEach(() => server.stop());

  const options = () => ({
    api: new ArgocdPromotionClient({
      discoveryApi: { getBaseUrl: async () => server.url },
    }),
    auth: mockServices.auth({ pluginId: 'scaffolder' }),
    pollMs: 5,
  });
  /** Checkpoints as the scaffolder keeps them: a resumed task gets what was stored, and only successes are. */
  const context = <T extends object>(
    given: T,
    stored = new Map<string, unknown>(),
  ) => {
    const lines: string[] = [];
    const logger = mockServices.logger.mock();
    logger.info.mockImplementation(line => lines.push(line));
    logger.warn.mockImplementation(line => lines.push(line));
    const made = createMockActionContext({ input: given, logger });
    return {
      ...made,
      lines,
      stored,
      getInitiatorCredentials: async () => mockCredentials.user(user),
      checkpoint: async ({
        key,
        fn,
      }: {
        key: string;
        fn: () => Promise<never>;
      }) => {
        if (!stored.has(key)) stored.set(key, await fn());
        return stored.get(key) as never;
      },
    };
  };
  const promote = () => createPromoteAction(options());
  const wait = () => createWaitAction(options());

  describe('argocd-promotion:promote', () => {
    it('asks as the user, waits for the end, and logs every event once', async () => {
      server.life = ['delivering', 'verifying', 'succeeded'];
      const ctx = context({ ...input, wait: true });
      await promote().handler(ctx);
      expect(server.created).toEqual([{ body: input, as: user }]);
      expect(new Set(server.readers)).toEqual(new Set([user]));
      expect(ctx.output).toHaveBeenCalledWith('promotionId', 'p1');
      expect(ctx.output).toHaveBeenCalledWith('state', 'succeeded');
      expect(ctx.output).toHaveBeenCalledWith(
        'commitUrl',
        'https://git.example.com/commit/s',
      );
      expect(ctx.lines).toEqual([
        'Promotion p1 of component:default/checkout into staging',
        'waiting: Requested',
        'delivering: now delivering',
        'verifying: now verifying',
        'succeeded: now succeeded',
      ]);
    });

    it('does not wait unless told to', async () => {
      server.life = ['waiting'];
      const ctx = context(input);
      await promote().handler(ctx);
      expect(ctx.output).toHaveBeenCalledWith('state', 'waiting');
      expect(server.readers).toEqual([user]);
    });

    it('asks once, however often the task begins anew', async () => {
      const ctx = context(input);
      server.failures = 2;
      await promote().handler(ctx);
      // Once more with its checkpoints, and once as if the crash came before they were stored.
      await promote().handler({ ...ctx });
      await promote().handler({ ...ctx, ...context(input), task: ctx.task });
      expect(server.created).toHaveLength(1);
      await promote().handler({
        ...ctx,
        input: { ...input, environment: 'prod' },
      });
      expect(server.created).toHaveLength(2);
      expect(Math.max(...server.keys.map(key => key.length))).toBeLessThan(256);
    });

    it('goes on watching with the Scaffolder’s credentials when the sign-in ends, and writes nothing with them', async () => {
      server.life = ['waiting', 'waiting', 'succeeded'];
      server.signOutAfter = 2;
      const ctx = context({ ...input, wait: true });
      await promote().handler(ctx);
      expect(server.readers).toEqual([
        user,
        'plugin:scaffolder',
        'plugin:scaffolder',
      ]);
      expect(ctx.lines).toContain(
        'Your sign-in has ended; the Scaffolder goes on watching this promotion',
      );
      await expect(
        promote().handler(context({ ...input, environment: 'prod' })),
      ).rejects.toMatchObject({ statusCode: 401 });
      expect(server.created).toHaveLength(1);
    });

    it('only plans in a dry run, and gives later steps something to be dry with', async () => {
      const ctx = { ...context({ ...input, wait: true }), isDryRun: true };
      await promote().handler(ctx);
      expect(server.created).toEqual([]);
      expect(ctx.lines).toEqual([
        'https://git.example.com/r.git main a.yaml\n-1\n+2',
        'Gate Approval is pending: 0 of 1',
      ]);
      expect(ctx.output).toHaveBeenCalledWith('state', 'planned');
      expect(ctx.output).toHaveBeenCalledWith('promotionId', 'dry-run');
      const next = {
        ...context({ promotionId: 'dry-run' }),
        isDryRun: true,
      };
      await wait().handler(next);
      expect(next.output).toHaveBeenCalledWith('state', 'planned');
      expect(server.readers).toEqual([]);
    });
  });

  describe('argocd-promotion:wait', () => {
    const given = { promotionId: 'p1' };

    it('fails when the promotion fails, and says why', async () => {
      server.life = ['syncing', 'failed'];
      await expect(wait().handler(context(given))).rejects.toThrow(
        'Promotion p1 ended as failed: now failed',
      );
    });

    it('gives up in time, and puts up with a backend that fails meanwhile', async () => {
      server.life = ['syncing'];
      server.failures = 2;
      const ctx = context({ ...given, timeoutMinutes: 0.005 });
      await expect(wait().handler(ctx)).rejects.toThrow(
        /has not ended in time \(syncing: now syncing\)/,
      );
      expect(ctx.lines.filter(line => /trying again/.test(line))).toHaveLength(
        2,
      );
      expect(server.readers.length).toBeGreaterThan(2);
    });

    it('stops at once when the task is cancelled', async () => {
      server.life = ['syncing'];
      const abort = new AbortController();
      const ctx = { ...context(given), signal: abort.signal };
      const waiting = wait().handler(ctx);
      await server.read(3);
      abort.abort();
      await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
      const seen = server.readers.length;
      await new Promise(resolve => setTimeout(resolve, 50));
      expect(server.readers.length).toBeLessThanOrEqual(seen + 1);
    });

    it('fails at once when there is no such promotion', async () => {
      const ctx = context({ promotionId: 'none' });
      await expect(wait().handler(ctx)).rejects.toMatchObject({
        statusCode: 404,
      });
      expect(server.readers).toEqual([user]);
    });

    it('goes on after the sign-in has ended, also when the task begins anew', async () => {
      server.life = ['syncing'];
      server.requestedBy = 'user:default/somebody';
      server.signOutAfter = 3;
      const abort = new AbortController();
      const first = { ...context(given), signal: abort.signal };
      const waiting = wait().handler(first);
      await server.read(5);
      abort.abort();
      await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });

      server.life = ['succeeded'];
      const again = context(given, first.stored);
      await wait().handler(again);
      expect(again.output).toHaveBeenCalledWith('state', 'succeeded');
    });

    it('shows to one who is not signed in any more what they asked for, and nothing else', async () => {
      server.life = ['succeeded'];
      server.signOutAfter = 0;
      server.requestedBy = 'user:default/somebody';
      const errors = await Promise.all(
        ['p1', 'none'].map(promotionId =>
          wait()
            .handler(context({ promotionId }))
            .then(
              () => 'shown',
              error => error.message.replace(promotionId, 'it'),
            ),
        ),
      );
      expect(errors[0]).toMatch(/none that you asked for/);
      // Nor whether there is one.
      expect(errors[1]).toBe(errors[0]);

      server.requestedBy = user;
      const ctx = context(given);
      await wait().handler(ctx);
      expect(ctx.output).toHaveBeenCalledWith('state', 'succeeded');
    });

    it('tells in a dry run how an existing promotion stands', async () => {
      server.life = ['in-review'];
      const ctx = { ...context(given), isDryRun: true };
      await wait().handler(ctx);
      expect(ctx.lines).toEqual([
        'A dry run does not wait. It is in-review: now in-review',
      ]);
      expect(server.readers).toEqual([user]);
    });
  });

  it.each([...promoteExamples, ...waitExamples])(
    'has an example whose steps are its own: $description',
    ({ example }) => {
      const { steps } = yaml.parse(example) as {
        steps: Array<{ action: string; input: object }>;
      };
      for (const step of steps) {
        const { schema } = [promote(), wait()].find(
          ({ id }) => id === step.action,
        )!;
        const { properties, required = [] } = schema!.input as {
          properties: object;
          required?: string[];
        };
        expect(Object.keys(properties)).toEqual(
          expect.arrayContaining(Object.keys(step.input)),
        );
        expect(Object.keys(step.input)).toEqual(
          expect.arrayContaining(required),
        );
      }
    },
  );
});
