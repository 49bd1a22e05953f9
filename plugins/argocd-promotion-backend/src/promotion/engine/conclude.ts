import { isError } from '@backstage/errors';
import { StoredPromotion } from '../types';
import { EngineContext, StepResult, words } from './EngineContext';

const TRY_AGAIN_MS = 5_000;

/**
 * What follows a failure begins with it, in one transaction. When that can't be prepared yet, the failure waits for it, as
 * long as git gets for a delivery; meanwhile the step looks again, and may find that all is well.
 */
export async function conclude(
  promotion: StoredPromotion,
  result: StepResult,
  context: Pick<EngineContext, 'onFailure' | 'now' | 'timeouts'>,
): Promise<StepResult> {
  const { patch } = result;
  if (patch.state !== 'failed' || !context.onFailure) return result;
  try {
    const { message, follow } = await context.onFailure({
      ...promotion,
      ...patch,
    });
    return { ...result, patch: { ...patch, message }, follow };
  } catch (error) {
    const reason = isError(error) ? error.message : String(error);
    const now = context.now();
    const notes = patch.notes ?? promotion.notes;
    const { failingSince = now.toISOString() } = notes;
    const limit = context.timeouts.delivery;
    if (now.getTime() - Date.parse(failingSince) > limit) {
      const message = `${
        patch.message
      }. Not rolled back: it could not be planned within ${words(
        limit,
      )}: ${reason}`;
      return { ...result, patch: { ...patch, message } };
    }
    return {
      patch: {
        message: `${patch.message}. The rollback cannot be planned yet: ${reason}`,
        notes: { ...notes, failingSince },
      },
      lookAgainInMs: TRY_AGAIN_MS,
    };
  }
}
