import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { createReader } from './createReader';
import { followPromotion } from './followPromotion';
import {
  ActionOptions,
  DEFAULT_POLL_MS,
  DEFAULT_TIMEOUT_MINUTES,
  DRY_RUN_ID,
} from './options';
import { retrying } from './retrying';
import { examples } from './wait.examples';

/** Creates the action `argocd-promotion:wait`. */
export function createWaitAction(options: ActionOptions) {
  return createTemplateAction({
    id: 'argocd-promotion:wait',
    description:
      'Waits until a promotion has ended, and fails when it has not succeeded.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        promotionId: z => z.string().describe('Id of the promotion'),
        timeoutMinutes: z =>
          z
            .number()
            .positive()
            .describe('How long to wait; default 30')
            .optional(),
      },
      output: {
        state: z => z.string().describe('How it ended'),
        commitUrl: z => z.string().describe('The commit').optional(),
      },
    },
    async handler(ctx) {
      const { promotionId: id, timeoutMinutes } = ctx.input;
      const { logger, signal } = ctx;
      const initiator = await ctx.getInitiatorCredentials();
      const readAs = (shown: boolean) =>
        createReader(options, { id, initiator, shown, logger });
      if (ctx.isDryRun) {
        if (id === DRY_RUN_ID) {
          logger.info(
            'A dry run promotes nothing, so there is nothing to wait for',
          );
          ctx.output('state', 'planned');
          return;
        }
        const { state, message } = await readAs(false)(signal);
        logger.info(`A dry run does not wait. It is ${state}: ${message}`);
        ctx.output('state', state);
        return;
      }
      const timeoutMs = (timeoutMinutes ?? DEFAULT_TIMEOUT_MINUTES) * 60_000;
      // Kept over a restart of the task: what it was shown while the user was signed in, it may go on watching.
      const shown = await ctx.checkpoint({
        key: `shown.${id}`,
        fn: async () => {
          await retrying(readAs(false), {
            logger,
            deadline: Date.now() + timeoutMs,
            pauseMs: options.pollMs ?? DEFAULT_POLL_MS,
            signal,
          });
          return true;
        },
      });
      const promotion = await followPromotion(options, {
        id,
        read: readAs(shown === true),
        timeoutMs,
        logger,
        signal,
      });
      ctx.output('state', promotion.state);
      if (promotion.commit?.url) ctx.output('commitUrl', promotion.commit.url);
    },
  });
}
