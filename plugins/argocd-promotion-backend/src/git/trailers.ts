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
