import { stringifyError } from '@backstage/errors';
import { ResourceTree } from '../../../argocd/types';
import {
  applicationKey,
  EngineNotes,
  FollowedApplication,
  StoredPromotion,
} from '../../types';
import { assess, Verdict } from '../assess';
import {
  EngineContext,
  environmentOf,
  Fence,
  Step,
  StepResult,
  timeInState,
  words,
} from '../EngineContext';
import { abortedRollout, podTrouble } from '../podTrouble';
import { revisionFacts } from '../revisions';
import { askRollouts } from '../askRollouts';
import { windowVerdict } from '../windowVerdict';
import { requestSync } from './requestSync';

/** How often Argo CD is asked to compare again while it has not seen the commit. */
const REFRESH_EVERY_MS = 20_000;

/** Syncing and verifying: follows every Application until all run the release, one fails, or time is over. */
export const following: Step = async (promotion, context, fence) => {
  const notes: EngineNotes = {
    ...promotion.notes,
    refreshedAt: { ...promotion.notes.refreshedAt },
  };
  const verdicts: Verdict[] = [];
  for (const followed of promotion.applications) {
    verdicts.push(await follow(promotion, followed, notes, context, fence));
  }
  const failed = verdicts.find(({ phase }) => phase === 'failed');
  if (failed)
    return {
      patch: { state: 'failed', message: failed.message, notes },
      lookAgainInMs: 0,
    };
  const failing = verdicts.find(
    ({ phase, message }) =>
      phase === 'failing' && message.startsWith('Sync of '),
  );
  if (failing && (await environmentOf(promotion, context))?.failFast)
    return {
      patch: {
        state: 'failed',
        message: `${failing.message}. Not waited for the retries (failFast)`,
        notes,
      },
      lookAgainInMs: 0,
    };
  const open = verdicts.filter(({ phase }) => phase !== 'done');
  if (open.length > 0) delete notes.verifiedSince;
  if (open.length === 0) {
    const staying = await mustStay(promotion, notes, context);
    if (staying) return staying;
    const message =
      verdicts.map(verdict => verdict.message).join('; ') ||
      'Nothing is left to follow';
    return { patch: { state: 'succeeded', message, notes }, lookAgainInMs: 0 };
  }
  const message = open.map(verdict => verdict.message).join('; ');
  const verifying = open.every(({ phase }) =>
    ['verifying', 'rolling-out'].includes(phase),
  );
  if (promotion.state === 'syncing' && verifying) {
    return {
      patch: { state: 'verifying', message, notes },
      lookAgainInMs: 1_000,
    };
  }
  if (open.some(({ phase }) => phase === 'needs-people'))
    return waitForPeople(promotion, message, notes, context, 'Nobody synced');
  // A Rollout takes the time that its steps say, and people theirs.
  if (open.some(({ phase }) => phase === 'rolling-out'))
    return waitForPeople(promotion, message, notes, context, 'Not rolled out');
  // What must stay verified for long may be in trouble for a moment meanwhile.
  const limit =
    promotion.state === 'verifying'
      ? context.timeouts.verify +
        ((await environmentOf(promotion, context))?.verifyForMs ?? 0)
      : context.timeouts.sync;
  // As long as Argo CD retries, the end of the retries is the end.
  const retrying = open.some(
    ({ phase, message: text }) =>
      phase === 'failing' && !text.includes('without limit'),
  );
  // Argo CD's time begins when people have done their part.
  const since = Math.max(
    Date.parse(promotion.stateSince),
    Date.parse(notes.neededPeopleAt ?? promotion.stateSince),
  );
  if (!retrying && context.now().getTime() - since > limit) {
    const what = promotion.state === 'verifying' ? 'verified' : 'synced';
    const late = `Not ${what} within ${words(limit)}: ${message}`;
    return {
      patch: { state: 'failed', message: late, notes },
      lookAgainInMs: 0,
    };
  }
  return { patch: { message, notes }, lookAgainInMs: 3_000 };
};

/** `verify.for`: all is verified, and must stay so for a while. */
async function mustStay(
  promotion: StoredPromotion,
  notes: EngineNotes,
  context: EngineContext,
): Promise<StepResult | undefined> {
  const forMs = (await environmentOf(promotion, context))?.verifyForMs;
  if (!forMs) return undefined;
  const now = context.now();
  notes.verifiedSince ??= now.toISOString();
  const until = Date.parse(notes.verifiedSince) + forMs;
  if (now.getTime() >= until) return undefined;
  const message = `Verified; must stay so until ${new Date(
    until,
  ).toISOString()}`;
  return {
    patch: { state: 'verifying', message, notes },
    lookAgainInMs: Math.min(3_000, until - now.getTime()),
  };
}

/** People get as long as for a review, for nothing moves without them. */
function waitForPeople(
  promotion: StoredPromotion,
  message: string,
  notes: EngineNotes,
  context: EngineContext,
  what: string,
): StepResult {
  const now = context.now();
  const limit = context.timeouts.review;
  if (timeInState(promotion, now) > limit) {
    const late = `${what} within ${words(limit)}: ${message}`;
    return {
      patch: { state: 'failed', message: late, notes },
      lookAgainInMs: 0,
    };
  }
  const neededPeopleAt = now.toISOString();
  return {
    patch: { message, notes: { ...notes, neededPeopleAt } },
    lookAgainInMs: 3_000,
  };
}

async function follow(
  promotion: StoredPromotion,
  followed: FollowedApplication,
  notes: EngineNotes,
  context: EngineContext,
  fence: Fence,
): Promise<Verdict> {
  const state = context.deployments.getApplication(followed);
  if (!state)
    return {
      phase: 'comparing',
      message: `Waits for Argo CD to tell of ${followed.name}`,
    };
  const verdict = assess(
    followed,
    state,
    await revisionFacts(promotion, followed, state, context),
    promotion.release,
  );
  if (verdict.phase === 'comparing') await refresh(followed, notes, context);
  if (verdict.phase === 'needs-sync')
    return requestSync(
      promotion,
      followed,
      state,
      verdict,
      notes,
      context,
      fence,
    );
  const forbidden =
    verdict.phase === 'awaits-sync' &&
    (await windowVerdict(followed, state, context));
  if (forbidden) return forbidden;
  const unwell = state.application.status?.health?.status !== 'Healthy';
  const ended = verdict.phase === 'failed';
  if (
    unwell &&
    (ended || ['awaits-sync', 'syncing', 'verifying'].includes(verdict.phase))
  ) {
    const told = await askRollouts(promotion, followed, state, context);
    // Of a sync that failed by it, the Rollout knows more.
    if (told && (!ended || told.phase === 'failed')) return told;
    if (ended) return verdict;
    const tree = await treeOf(followed, context);
    const aborted = tree && abortedRollout(tree);
    // While it still syncs, the tree may be that of before.
    if (aborted && verdict.phase === 'verifying')
      return { phase: 'failed', message: aborted };
    const trouble = tree && podTrouble(tree);
    if (trouble)
      return { ...verdict, message: `${verdict.message}; ${trouble}` };
  }
  return verdict;
}

async function treeOf(
  followed: FollowedApplication,
  context: EngineContext,
): Promise<ResourceTree | undefined> {
  try {
    return await context.argocd(followed.instance)?.getResourceTree(followed);
  } catch (error) {
    // Only the words are missing then.
    context.logger.debug(
      `The Pods of ${applicationKey(followed)} were not read: ${stringifyError(
        error,
      )}`,
    );
    return undefined;
  }
}

async function refresh(
  followed: FollowedApplication,
  notes: EngineNotes,
  context: EngineContext,
): Promise<void> {
  const key = applicationKey(followed);
  const last = Date.parse(notes.refreshedAt![key] ?? '');
  if (context.now().getTime() - last < REFRESH_EVERY_MS) return;
  notes.refreshedAt![key] = context.now().toISOString();
  try {
    await context
      .argocd(followed.instance)
      ?.getApplication(followed, { refresh: 'normal' });
  } catch (error) {
    // Argo CD also compares by itself, only later.
    context.logger.warn(
      `Argo CD could not be asked to refresh ${key}: ${stringifyError(error)}`,
    );
  }
}
