/** Values of a trailer in the last paragraph of a commit message, as git understands it. */
export function trailerValues(message: string, name: string): string[] {
  const paragraphs = message.trimEnd().split(/\r?\n[ \t]*\r?\n/);
  const lines = paragraphs[paragraphs.length - 1].split(/\r?\n/);
  return lines.flatMap(line => {
    const match = /^([A-Za-z0-9-]+)\s*:\s*(.*)$/.exec(line);
    return match && match[1].toLowerCase() === name.toLowerCase()
      ? [match[2].trim()]
      : [];
  });
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
