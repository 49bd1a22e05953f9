import {
  AuthService,
  BackstageCredentials,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { Promotion } from '@fairway/backstage-plugin-argocd-promotion-common';
import { isError } from '@backstage/errors';
import { setTimeout as pause } from 'node:timers/promises';
import { ActionOptions, ENDS, tokenFor } from './options';

/** Failures in a row, such as a backend that restarts, after which waiting gives up. */
const MAX_FAILURES = 30;

/** Waits for the end of a promotion and logs each new message. Throws when it ends without success. */
export async function followPromotion(
  options: ActionOptions & { auth: AuthService },
  request: {
    id: string;
    initiator: BackstageCredentials;
    timeoutMs: number;
    logger: Pick<LoggerService, 'info' | 'warn'>;
    signal?: AbortSignal;
  },
): Promise<Promotion> {
  const { id, initiator, timeoutMs, logger, signal } = request;
  const deadline = Date.now() + timeoutMs;
  let said = '';
  let failures = 0;
  for (;;) {
    let promotion: Promotion | undefined;
    try {
      // Asked for anew each time: a token lives shorter than a review may take.
      promotion = await options.api.getPromotion(id, {
        token: await tokenFor(options.auth, initiator),
        signal,
      });
      failures = 0;
    } catch (error) {
      const status = isError(error) ? error.statusCode : undefined;
      failures += 1;
      const final = typeof status === 'number' && status >= 400 && status < 500;
      if (signal?.aborted || final || failures > MAX_FAILURES) throw error;
      logger.warn(
        `The promotion could not be read, trying again: ${
          isError(error) ? error.message : error
        }`,
      );
    }
    if (promotion) {
      const now = `${promotion.state}: ${promotion.message}`;
      if (now !== said) logger.info(now);
      said = now;
      if (promotion.state === 'succeeded' || promotion.state === 'unchanged')
        return promotion;
      if (ENDS.has(promotion.state))
        throw new Error(`Promotion ${id} ended as ${now}`);
    }
    if (Date.now() >= deadline) {
      throw new Error(
        `Promotion ${id} has not ended in time (${said}). It goes on without this task; see the service's page, or raise 'timeoutMinutes'`,
      );
    }
    await pause(options.pollMs ?? 2_000, undefined, { signal });
  }
}
