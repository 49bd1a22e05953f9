const DIGEST = /sha256:([0-9a-f]{64})/g;
const TAG =
  /^\s*-?\s*(?:newTag|tag)\s*:\s*["']?([\w][\w.-]*)["']?\s*(?:#.*)?$/gm;
const REFERENCE = /[\w./-]+\/[\w.-]+:([\w][\w.-]*)(?=["'\s@]|$)/g;

/** Tags and short digests that a manifest pins, wherever they stand in it. */
export function pinnedImages(text: string): string[] {
  const found = [
    ...[...text.matchAll(TAG)].map(([, tag]) => tag),
    ...[...text.matchAll(REFERENCE)].map(([, tag]) => tag),
    ...[...text.matchAll(DIGEST)].map(([, digest]) => digest.slice(0, 8)),
  ];
  return [...new Set(found)];
}

/** What only one of two texts pins. */
export function pinnedDifference(
  before: string,
  after: string,
): { before: string[]; after: string[] } {
  const [old, fresh] = [pinnedImages(before), pinnedImages(after)];
  return {
    before: old.filter(image => !fresh.includes(image)),
    after: fresh.filter(image => !old.includes(image)),
  };
}
