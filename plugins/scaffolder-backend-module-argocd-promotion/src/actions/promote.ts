import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { PromotionRequest } from '@fairway/backstage-plugin-argocd-promotion-common';
import { createHash } from 'node:crypto';
import { createReader } from './createReader';
import { followPromotion } from './followPromotion';
import {
  ActionOptions,
  DEFAULT_POLL_MS,
  DEFAULT_TIMEOUT_MINUTES,
  DRY_RUN_ID,
  tokenFor,
} from './options';
import { examples } from './promote.examples';
import { retrying } from './retrying';

/** Creates the action `argocd-promotion:promote`. */
export function createPromoteAction(options: ActionOptions) {
  return createTemplateAction({
    id: 'argocd-promotion:promote',
    description:
      'Makes an environment run the image digests that its upstream environment runs, through git and Argo CD.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        entityRef: z =>
          z.string().describe('The entity, such as component:default/checkout'),
        environment: z =>
          z.string().describe('The environment to promote into'),
        from: z =>
          z
            .string()
            .describe('The upstream environment, when there are several')
            .optional(),
        release: z =>
          z
            .string()
            .describe('Id of the release; default: what upstream runs now')
            .optional(),
        delivery: z =>
          z
            .enum(['commit', 'pull-request'])
            .describe('How it reaches git; default: as configured')
            .optional(),
        message: z =>
          z
            .string()
            .describe('Added to the commit and the pull request')
            .optional(),
        wait: z =>
          z
            .boolean()
            .describe('Wait until the promotion has ended; fail when it fails')
            .optional(),
        timeoutMinutes: z =>
          z
            .number()
            .positive()
            .describe('How long to wait; default 30')
            .optional(),
      },
      output: {
        promotionId: z =>
          z
            .string()
            .describe(`Id of the promotion; ${DRY_RUN_ID} in a dry run`),
        state: z =>
          z
            .string()
            .describe('State of the promotion, or planned in a dry run'),
        planHash: z => z.string().describe('Hash of the plan'),
        commitUrl: z =>
          z.string().describe('The commit, once known').optional(),
        pullRequestUrl: z =>
          z.string().describe('The pull request, when there is one').optional(),
      },
    },
    async handler(ctx) {
      const { wait, timeoutMinutes, ...request } = ctx.input;
      const initiator = await ctx.getInitiatorCredentials();
      const token = await tokenFor(options.auth, initiator);

      if (ctx.isDryRun) {
        const { entityRef, environment, from, release } = request;
        const plan = await options.api.createPlan(
          { entityRef, environment, from, release },
          { token, signal: ctx.signal },
        );
        for (const { repo, branch, path, patch } of plan.edits)
          ctx.logger.info(`${repo} ${branch} ${path}\n${patch}`);
        if (plan.edits.length === 0) ctx.logger.info('Nothing would change');
        for (const { title, state, reason } of plan.gates)
          ctx.logger.info(`Gate ${title} is ${state}: ${reason}`);
        ctx.output('promotionId', DRY_RUN_ID);
        ctx.output('state', 'planned');
        ctx.output('planHash', plan.hash);
        return;
      }

      const { logger, signal } = ctx;
      const timeoutMs = (timeoutMinutes ?? DEFAULT_TIMEOUT_MINUTES) * 60_000;
      const idempotencyKey = keyFor(ctx.task.id, ctx.step?.id, request);
      // Also when the checkpoint was not stored in time, the key gives the same promotion again.
      const id = await ctx.checkpoint({
        key: `promote.${idempotencyKey}`,
        fn: async () => {
          // Asking again is safe by the key, so a backend that restarts is waited for.
          const created = await retrying(
            limit =>
              options.api.createPromotion(request, {
                token,
                idempotencyKey,
                signal: limit,
              }),
            {
              logger,
              deadline: Date.now() + 60_000,
              pauseMs: options.pollMs ?? DEFAULT_POLL_MS,
              signal,
            },
          );
          return created.id;
        },
      });
      logger.info(
        `Promotion ${id} of ${request.entityRef} into ${request.environment}`,
      );
      // Before waiting, so that it is known also when waiting fails.
      ctx.output('promotionId', id);
      // This task has asked for it in the user's name, be it before a restart.
      const read = createReader(options, {
        id,
        initiator,
        shown: true,
        logger,
      });
      const promotion = wait
        ? await followPromotion(options, {
            id,
            read,
            timeoutMs,
            logger,
            signal,
          })
        : await read(signal);
      ctx.output('state', promotion.state);
      ctx.output('planHash', promotion.plan.hash);
      if (promotion.commit?.url) ctx.output('commitUrl', promotion.commit.url);
      if (promotion.pullRequest?.url)
        ctx.output('pullRequestUrl', promotion.pullRequest.url);
    },
  });
}

/** The same for a task that is resumed; another for each turn of a step with `each`. */
function keyFor(
  taskId: string,
  stepId: string | undefined,
  request: PromotionRequest,
): string {
  const input = createHash('sha256')
    .update(JSON.stringify(Object.entries(request).sort()))
    .digest('hex');
  return `scaffolder-${taskId}-${createHash('sha256')
    .update(`${stepId ?? ''} ${input}`)
    .digest('hex')
    .slice(0, 32)}`;
}
