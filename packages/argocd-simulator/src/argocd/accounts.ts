import { createHmac, randomBytes, randomUUID } from 'crypto';
import { Clock } from '../clock/Clock';
import { glob } from '../engine/targets';
import { timestamp } from '../cluster/objects';
import { ApiError } from './errors';

/** An account of Argo CD: what it may do, as policies `resource, action, object`. */
export interface AccountSpec {
  password?: string;
  policies: Array<[resource: string, action: string, object: string]>;
}

export interface Session {
  account: string;
  issuedAt: number;
}

const encode = (value: unknown) =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

/** Accounts, passwords, tokens and rights of one instance. */
export class Accounts {
  private readonly key = randomBytes(32);
  private readonly passwords = new Map<
    string,
    { value: string; changedAt: number }
  >();

  constructor(
    private readonly specs: Record<string, AccountSpec>,
    private readonly clock: Clock,
  ) {
    for (const [name, spec] of Object.entries(specs)) {
      this.passwords.set(name, {
        value: spec.password ?? `${name}-password`,
        changedAt: 0,
      });
    }
  }

  names(): string[] {
    return Object.keys(this.specs);
  }

  password(name: string): string {
    return this.passwords.get(name)?.value ?? '';
  }

  /** Makes a token; `ttl` in seconds. */
  token(name: string, ttl?: number): string {
    const iat = Math.floor(this.clock.now() / 1000);
    const claims = {
      iss: 'argocd',
      sub: name,
      nbf: iat,
      iat,
      jti: randomUUID(),
      ...(ttl === undefined ? {} : { exp: iat + ttl }),
    };
    const body = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
    return `${body}.${this.sign(body)}`;
  }

  login(name: unknown, password: unknown): string {
    if (
      typeof name !== 'string' ||
      !this.specs[name] ||
      this.passwords.get(name)?.value !== password
    ) {
      throw new ApiError(16, 'Invalid username or password');
    }
    return this.token(name, 86_400);
  }

  /** Changes a password; tokens made before are void. */
  changePassword(name: string, current: unknown, next: string): void {
    if (this.passwords.get(name)?.value !== current)
      throw new ApiError(3, 'current password does not match');
    this.passwords.set(name, {
      value: next,
      changedAt: Math.floor(this.clock.now() / 1000) + 1,
    });
  }

  authenticate(token: string | undefined): Session | undefined {
    if (!token) return undefined;
    const [header, claims, signature] = token.split('.');
    const malformed = () => {
      const first =
        Buffer.from(header, 'base64url').toString('latin1')[0] ?? '';
      return new ApiError(
        16,
        `invalid session: token is malformed: could not JSON decode header: invalid character '${first}' looking for beginning of value`,
      );
    };
    if (!claims || !signature) {
      throw new ApiError(
        16,
        'invalid session: token is malformed: token contains an invalid number of segments',
      );
    }
    let parsed: { sub?: string; iat?: number; exp?: number };
    try {
      JSON.parse(Buffer.from(header, 'base64url').toString());
      parsed = JSON.parse(Buffer.from(claims, 'base64url').toString());
    } catch {
      throw malformed();
    }
    if (signature !== this.sign(`${header}.${claims}`)) {
      throw new ApiError(
        16,
        'invalid session: token signature is invalid: signature is invalid',
      );
    }
    if (parsed.exp !== undefined && parsed.exp * 1000 < this.clock.now()) {
      throw new ApiError(
        16,
        'invalid session: token has invalid claims: token is expired',
      );
    }
    const account = parsed.sub ?? '';
    const issuedAt = parsed.iat ?? 0;
    if (issuedAt < (this.passwords.get(account)?.changedAt ?? Infinity)) {
      throw new ApiError(
        16,
        'invalid session: account password has changed since token issued',
      );
    }
    return { account, issuedAt };
  }

  can(
    session: Session,
    resource: string,
    action: string,
    object: string,
  ): boolean {
    return (this.specs[session.account]?.policies ?? []).some(
      ([allowedResource, allowedAction, pattern]) =>
        glob(allowedResource, resource) &&
        glob(allowedAction, action) &&
        glob(pattern, object),
    );
  }

  demand(
    session: Session,
    resource: string,
    action: string,
    object: string,
  ): void {
    if (this.can(session, resource, action, object)) return;
    throw new ApiError(
      7,
      `permission denied: ${resource}, ${action}, ${object}, sub: ${
        session.account
      }, iat: ${timestamp(session.issuedAt * 1000)}`,
    );
  }

  private sign(body: string): string {
    return createHmac('sha256', this.key).update(body).digest('base64url');
  }
}
