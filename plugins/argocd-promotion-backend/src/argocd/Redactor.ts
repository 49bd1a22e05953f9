import { InstanceConfig } from '../config/types';
import { GONE, hideTokens, KnownSecrets } from '../redaction/KnownSecrets';

/**
 * Takes out of a text what nobody may read: the Instance's configured secrets in every form that they travel in, tokens
 * of any kind, the Instance's address, and URLs (which may hold credentials, and name hosts of an inner network).
 */
export class Redactor {
  readonly #secrets = new KnownSecrets();
  readonly #addresses: string[];

  private constructor(addresses: string[]) {
    this.#addresses = addresses;
  }

  static fromConfig(config: InstanceConfig): Redactor {
    const { credentials, headers } = config;
    const { host, hostname } = new URL(config.url);
    // A bare word may be the name of anything.
    const redactor = new Redactor(
      /[.:]/.test(hostname) ? [host, hostname] : [host],
    );
    redactor.#secrets.add(
      'token' in credentials ? credentials.token : credentials.password,
    );
    for (const value of Object.values(headers))
      redactor.#secrets.addHeader(value);
    return redactor;
  }

  /** Remembers a secret that came up later: a session's token. */
  learn(secret: string): void {
    this.#secrets.learn(secret);
  }

  redact(text: string): string {
    let safe = this.#secrets.hide(text);
    for (const address of this.#addresses)
      safe = safe.split(address).join(GONE);
    return redactPatterns(safe);
  }
}

/** What is a secret or an address by its look, whoever's it is. */
export function redactPatterns(text: string): string {
  return hideTokens(
    text.replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>`]+/gi, '<url>'),
  );
}
