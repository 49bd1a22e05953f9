const TRAILER = /^([A-Za-z0-9-]+)\s*:\s*(.*)$/;

/**
 * The trailers of a commit message as git understands them: the lines of its last paragraph. Hosts that squash put
 * paragraphs of trailers of their own behind it (`Co-authored-by`, `Reviewed-on`, after a rule or not): those are joined
 * with it. A text of people that ends before them is none, whatever it holds.
 */
export function trailers(message: string): Array<[string, string]> {
  const paragraphs = message.trimEnd().split(/\r?\n[ \t]*\r?\n/);
  const found: Array<[string, string]> = [];
  for (let index = paragraphs.length - 1; index >= 0; index -= 1) {
    const lines = paragraphs[index].split(/\r?\n/);
    const isRule = lines.every(line => /^-{3,}$/.test(line));
    if (isRule) continue;
    const pairs = lines.flatMap((line): Array<[string, string]> => {
      const match = TRAILER.exec(line);
      return match ? [[match[1], match[2].trim()]] : [];
    });
    const isOnlyTrailers = pairs.length === lines.length;
    const isLast = index === paragraphs.length - 1;
    if (!isOnlyTrailers && !isLast) break;
    found.unshift(...pairs);
    const own = pairs.some(([name]) => name.toLowerCase() === 'promotion-id');
    if (own || !isOnlyTrailers) break;
  }
  return found;
}

/** Values of a trailer of a commit message. */
export function trailerValues(message: string, name: string): string[] {
  return trailers(message).flatMap(([each, value]) =>
    each.toLowerCase() === name.toLowerCase() ? [value] : [],
  );
}

/** The message with one more trailer, for hosts that do not let a token choose the author. */
export function withCoAuthor(
  message: string,
  author: { name: string; email: string } | undefined,
): string {
  if (!author) return message;
  const text = message.trimEnd();
  const last = text
    .split(/\r?\n[ \t]*\r?\n/)
    .slice(1)
    .at(-1);
  const endsWithTrailers = last
    ?.split(/\r?\n/)
    .every(line => /^[A-Za-z0-9-]+\s*:\s/.test(line));
  return `${text}${endsWithTrailers ? '\n' : '\n\n'}Co-authored-by: ${
    author.name
  } <${author.email}>\n`;
}
