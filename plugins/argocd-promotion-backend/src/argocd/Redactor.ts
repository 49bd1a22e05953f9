import { InstanceConfig } from '../config/types';

/** Shorter ones occur in ordinary words; replacing those would tell more than it hides. */
const MIN_SECRET = 4;

/** What stands where something was taken out. */
const GONE = '***';

/**
 * Takes out of a text what nobody may read: the Instance's configured secrets in every form that they travel in, tokens
 * of any kind, the Instance's address, and URLs (which may hold credentials, and name hosts of an inner network).
 */
export class Redactor {
  readonly #secrets = new Set<string>();

  static fromConfig(config: InstanceConfig): Redactor {
    const redactor = new Redactor();
    const { credentials, headers } = config;
    for (const secret of 'token' in credentials
      ? [credentials.token]
      : [credentials.password])
      redactor.add(secret);
    for (const value of Object.values(headers)) redactor.add(value);
    const { host, hostname } = new URL(config.url);
    redactor.#secrets.add(host);
    // A bare word may be the name of anything.
    if (/[.:]/.test(hostname)) redactor.#secrets.add(hostname);
    return redactor;
  }

  /** Remembers a secret that came up later: a session's token. */
  add(secret: string): void {
    if (secret.length < MIN_SECRET) return;
    this.#secrets.add(secret);
    this.#secrets.add(encodeURIComponent(secret));
    this.#secrets.add(JSON.stringify(secret).slice(1, -1));
    this.#secrets.add(Buffer.from(secret).toString('base64'));
  }

  redact(text: string): string {
    let safe = text;
    // The longest first, so that none leaves the rest of another that contains it.
    for (const secret of [...this.#secrets].sort((a, b) => b.length - a.length))
      safe = safe.split(secret).join(GONE);
    return redactPatterns(safe);
  }
}

/** What is a secret or an address by its look, whoever's it is. */
export function redactPatterns(text: string): string {
  return text
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>`]+/gi, '<url>')
    .replace(/\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, GONE)
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]{4,}/gi, `$1 ${GONE}`);
}
