import { AuthenticationError } from '@backstage/errors';
import { InstanceConfig } from '../config/types';

/** How long refused credentials are not tried again: Argo CD locks accounts out and spends up to a second on each try. */
const REFUSED_MIN_MS = 10_000;
const REFUSED_MAX_MS = 5 * 60_000;

/**
 * The token that requests to one Instance carry. A configured token is used as it is. With a user name and password, all
 * callers share one login: Argo CD answers a login after up to a second of bcrypt, so it is renewed only when a call is
 * answered 401, once for all that wait. After a refusal nobody asks again for a while, whoever calls.
 */
export class Session {
  #token?: Promise<string>;
  #refusals = 0;
  #refused?: { until: number; error: Error };

  constructor(
    private readonly options: {
      credentials: InstanceConfig['credentials'];
      /** Posts the credentials; an `AuthenticationError` means that they were refused. */
      login: (credentials: {
        username: string;
        password: string;
      }) => Promise<string>;
      now?: () => number;
    },
  ) {}

  /** Whether a call that was answered 401 may be tried again with a new token. */
  get renewable(): boolean {
    return 'password' in this.options.credentials;
  }

  async token(): Promise<string> {
    const { credentials } = this.options;
    if ('token' in credentials) return credentials.token;
    if (this.#refused && this.#now() < this.#refused.until)
      throw this.#refused.error;
    this.#token ??= this.#login(credentials);
    return this.#token;
  }

  /** The token after `used` was answered 401: a new login unless somebody else already did. */
  async renew(used: string): Promise<string> {
    const current = await this.token();
    if (current !== used || !this.renewable) return current;
    this.#token = undefined;
    return this.token();
  }

  /** Even a fresh token is answered 401: logging in again at every call would help nobody. */
  refused(error: Error): void {
    this.#token = undefined;
    this.#refusals += 1;
    const pause = REFUSED_MIN_MS * 2 ** (this.#refusals - 1);
    this.#refused = {
      until: this.#now() + Math.min(pause, REFUSED_MAX_MS),
      error,
    };
  }

  /** A call went through. */
  accepted(): void {
    this.#refusals = 0;
    this.#refused = undefined;
  }

  #login(credentials: { username: string; password: string }): Promise<string> {
    const attempt = this.options.login(credentials);
    // A failed login must not be remembered as the token of the next caller.
    attempt.catch(error => {
      if (this.#token === attempt) this.#token = undefined;
      if (error instanceof AuthenticationError) this.refused(error);
    });
    return attempt;
  }

  #now(): number {
    return this.options.now?.() ?? Date.now();
  }
}
