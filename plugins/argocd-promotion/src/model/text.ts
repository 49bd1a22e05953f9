/** Small wording helpers; no React, no clock. */

/** `1 file`, `2 files`. */
export function count(
  amount: number,
  singular: string,
  plural = `${singular}s`,
): string {
  return `${amount} ${amount === 1 ? singular : plural}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listWords(words: string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

/** Joins what is there with a middle dot. */
export function dotted(...parts: Array<string | undefined | false>): string {
  return parts.filter(Boolean).join(' · ');
}

export function firstLine(text: string): string {
  return text.trim().split(/\r?\n/)[0];
}

/**
 * Splits a name so that the middle can be cut away by the browser as space gets scarce: the head shrinks, the tail
 * always stays. Names differ at their end (`-api-prod`, `-worker-prod`), so the tail must survive.
 */
export function splitForMiddleCut(
  text: string,
  tailLength = 8,
): { head: string; tail: string } {
  const characters = Array.from(text);
  if (characters.length <= tailLength * 2) return { head: text, tail: '' };
  return {
    head: characters.slice(0, -tailLength).join(''),
    tail: characters.slice(-tailLength).join(''),
  };
}

/** The same for places of a fixed length, such as accessible names and button labels. */
export function middleEllipsis(text: string, max: number): string {
  const characters = Array.from(text);
  if (characters.length <= max) return text;
  const keep = Math.max(max - 1, 2);
  const head = Math.ceil(keep / 2);
  return `${characters.slice(0, head).join('')}…${characters
    .slice(head - keep)
    .join('')}`;
}

const ID = /\b([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/;

/** Cuts a sentence at the ids (UUIDs) that stand in it: eight digits of one are enough to read. */
export function splitIds(
  sentence: string,
): Array<{ text: string; id: boolean }> {
  return sentence
    .split(ID)
    .map((text, index) => ({ text, id: index % 2 === 1 }))
    .filter(part => part.text !== '');
}

/** Only these may become links: what Argo CD and git hosts say is material, not truth. */
export function webUrl(url: string | undefined): string | undefined {
  return url && /^https?:\/\//i.test(url) ? url : undefined;
}

/** `https://github.com/company/checkout-deploy.git` → `company/checkout-deploy`. */
export function shortRepository(url: string): string {
  const path = url
    .replace(/^[a-z+]+:\/\/[^/]+\//i, '')
    .replace(/^[^/@\s]+@[^:/\s]+:/, '')
    .replace(/\.git$/, '')
    .replace(/\/+$/, '');
  return path || url;
}
