/** Shorter ones occur in ordinary words; replacing those would tell more than it hides. */
const MIN_SECRET = 4;
/** A shorter word of a header says little, and may stand in any sentence. */
const MIN_WORD = 8;
/** Tokens that expire are learned again and again; nobody tells one again that is so old. */
const MAX_LEARNED = 32;

/** What stands where something was taken out. */
export const GONE = '***';

/** Takes secrets out of the words of others, in every form that they travel in. */
export class KnownSecrets {
  readonly #configured = new Set<string>();
  readonly #learned = new Map<string, string[]>();

  /** A secret that never changes. */
  add(secret: string): void {
    for (const form of formsOf(secret)) this.#configured.add(form);
  }

  /** A header that is sent with each request: whole, and what follows its scheme. */
  addHeader(value: string): void {
    for (const secret of secretsInHeader(value)) this.add(secret);
  }

  /** A secret that came up later and will be replaced by another: the token of a session. */
  learn(secret: string): void {
    this.#learn(secret, [secret]);
  }

  /** A header whose value will be replaced by another. */
  learnHeader(value: string): void {
    this.#learn(value, secretsInHeader(value));
  }

  hide(text: string): string {
    const forms = new Set([
      ...this.#configured,
      ...[...this.#learned.values()].flat(),
    ]);
    let safe = text;
    // The longest first, so that none leaves the rest of another that contains it.
    for (const form of [...forms].sort((a, b) => b.length - a.length))
      safe = safe.split(form).join(GONE);
    return hideTokens(safe);
  }

  #learn(key: string, secrets: string[]): void {
    if (this.#learned.has(key)) return;
    this.#learned.set(key, secrets.flatMap(formsOf));
    if (this.#learned.size > MAX_LEARNED)
      this.#learned.delete([...this.#learned.keys()][0]);
  }
}

/** What is a secret by its look, whoever's it is. */
export function hideTokens(text: string): string {
  return text
    .replace(/\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, GONE)
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]{4,}/gi, `$1 ${GONE}`);
}

function formsOf(secret: string): string[] {
  if (secret.length < MIN_SECRET) return [];
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
  ];
}

/** `Basic dXNlcjpwYXNz` holds the word and the password in it, `session=abc; path=/` the session. */
function secretsInHeader(value: string): string[] {
  const [scheme, ...rest] = value.trim().split(/\s+/);
  const decoded = /^basic$/i.test(scheme)
    ? rest.map(word => Buffer.from(word, 'base64').toString('utf8'))
    : [];
  const passwords = decoded.map(pair => pair.slice(pair.indexOf(':') + 1));
  const words = value.split(/[\s;,]+/).flatMap(word => {
    const named = /^[\w.-]+=(.+)$/.exec(word);
    return named ? [word, named[1]] : [word];
  });
  return [
    value,
    ...decoded,
    ...passwords,
    ...words.filter(word => word.length >= MIN_WORD),
  ];
}
