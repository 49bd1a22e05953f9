import { LoggerService } from '@backstage/backend-plugin-api';
import { Promotion } from '@fairway/backstage-plugin-argocd-promotion-common';
import { setTimeout as pause } from 'node:timers/promises';
import { PromotionReader } from './createReader';
import { ActionOptions, DEFAULT_POLL_MS, ENDS } from './options';
import { retrying } from './retrying';

/** After so long, what is waited for is people: there is no hurry. */
const PATIENT_AFTER_MS = 5 * 60_000;

/** Waits for the end of a promotion and logs each event of its life. Throws when it ends without success. */
export async function followPromotion(
  options: ActionOptions,
  request: {
    id: string;
    read: PromotionReader;
    timeoutMs: number;
    logger: Pick<LoggerService, 'info' | 'warn'>;
    signal?: AbortSignal;
  },
): Promise<Promotion> {
  const { id, read, timeoutMs, logger, signal } = request;
  const pollMs = options.pollMs ?? DEFAULT_POLL_MS;
  const began = Date.now();
  const deadline = began + timeoutMs;
  let told = 0;
  for (;;) {
    const promotion = await retrying(read, {
      logger,
      deadline,
      pauseMs: pollMs,
      signal,
    });
    const now = `${promotion.state}: ${promotion.message}`;
    for (const { sequence, state, message } of promotion.events) {
      if (sequence > told) logger.info(`${state}: ${message}`);
      told = Math.max(told, sequence);
    }
    if (promotion.state === 'succeeded' || promotion.state === 'unchanged')
      return promotion;
    if (ENDS.has(promotion.state))
      throw new Error(`Promotion ${id} ended as ${now}`);
    if (Date.now() >= deadline) {
      throw new Error(
        `Promotion ${id} has not ended in time (${now}). It goes on without this task; see the service's page, or raise 'timeoutMinutes'`,
      );
    }
    const patient = Date.now() - began > PATIENT_AFTER_MS;
    await pause(
      Math.min(patient ? pollMs * 5 : pollMs, deadline - Date.now()),
      undefined,
      { signal },
    );
  }
}
