import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { followPromotion } from './followPromotion';
import { ActionOptions } from './options';
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
      if (ctx.isDryRun) {
        ctx.logger.info(
          'A dry run promotes nothing, so there is nothing to wait for',
        );
        ctx.output('state', 'planned');
        return;
      }
      const initiator = await ctx.getInitiatorCredentials();
      const timeoutMs = (timeoutMinutes ?? 30) * 60_000;
      const { logger, signal } = ctx;
      const promotion = await followPromotion(options, {
        id,
        initiator,
        timeoutMs,
        logger,
        signal,
      });
      ctx.output('state', promotion.state);
      if (promotion.commit?.url) ctx.output('commitUrl', promotion.commit.url);
    },
  });
}
