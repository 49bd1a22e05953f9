import {
  AuthService,
  BackstageCredentials,
  BackstageUserPrincipal,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { isError, NotAllowedError } from '@backstage/errors';
import { Promotion } from '@fairway/backstage-plugin-argocd-promotion-common';
import { ActionOptions, tokenFor } from './options';

/** Reads the one promotion that it was made for. */
export type PromotionReader = (signal?: AbortSignal) => Promise<Promotion>;

/** The sign-in has ended: by the backend's answer, or by the auth service before it was asked. */
function isSignedOut(error: unknown): boolean {
  return (
    isError(error) &&
    (error.statusCode === 401 || error.name === 'AuthenticationError')
  );
}

/** The same whether there is such a promotion or not. */
const notShown = (id: string) =>
  new NotAllowedError(
    `Your sign-in ended before promotion ${id} was shown to this task, and it is none that you asked for; run the template again`,
  );

/**
 * Reads a promotion as the user who runs the template. A review may outlast their sign-in, and the token of a task is
 * never renewed; then the Scaffolder reads on with its own credentials. These may see everything, so they are used for
 * this one promotion and only when the user has seen it while they were signed in (`shown`: in this task, by a checkpoint
 * or because the task asked for the promotion), or when the promotion says that this user asked for it. Nothing is ever
 * written with them.
 */
export function createReader(
  options: ActionOptions,
  request: {
    id: string;
    initiator: BackstageCredentials;
    shown: boolean;
    logger: Pick<LoggerService, 'info'>;
  },
): PromotionReader {
  const { api, auth } = options;
  const { id, initiator, logger } = request;
  let { shown } = request;
  let signedOut = false;
  return async signal => {
    if (!signedOut) {
      try {
        // Asked for anew each time: this token lives shorter than the user's own.
        const token = await tokenFor(auth, initiator);
        const promotion = await api.getPromotion(id, { token, signal });
        shown = true;
        return promotion;
      } catch (error) {
        if (!isSignedOut(error) || !isUser(auth, initiator)) throw error;
      }
      logger.info(
        'Your sign-in has ended; the Scaffolder goes on watching this promotion',
      );
      signedOut = true;
    }
    const own = await auth.getOwnServiceCredentials();
    const token = await tokenFor(auth, own);
    const promotion = await api
      .getPromotion(id, { token, signal })
      .catch(error => {
        throw shown ? error : notShown(id);
      });
    if (shown || promotion.requestedBy === userOf(auth, initiator))
      return promotion;
    throw notShown(id);
  };
}

function isUser(auth: AuthService, credentials: BackstageCredentials) {
  return auth.isPrincipal(credentials, 'user');
}

function userOf(
  auth: AuthService,
  credentials: BackstageCredentials,
): string | undefined {
  return isUser(auth, credentials)
    ? (credentials.principal as BackstageUserPrincipal).userEntityRef
    : undefined;
}
