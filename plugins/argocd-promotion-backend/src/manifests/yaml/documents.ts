/** One document of a YAML stream: its text and where that begins in the file. */
interface DocumentText {
  text: string;
  offset: number;
}

const MARKER = /^(---|\.\.\.)(?=[ \t\r\n]|$)/gm;

/**
 * Splits a YAML stream at its document markers without parsing it, so that only the documents that matter are parsed.
 *
 * YAML allows a marker at the beginning of a line nowhere but between documents (not even in a block scalar), so this
 * is exact. Directives and comments before `---` stay with the document they precede.
 */
export function splitDocuments(text: string): DocumentText[] {
  const cuts: number[] = [];
  let onlyPreamble = !hasContent(text.slice(0, firstMarker(text)));
  for (const match of text.matchAll(MARKER)) {
    if (match[1] === '---') {
      if (!onlyPreamble) cuts.push(match.index);
      onlyPreamble = false;
    } else {
      const nextLine = text.indexOf('\n', match.index) + 1;
      if (nextLine > 0 && nextLine < text.length) {
        cuts.push(nextLine);
        const following = text
          .slice(nextLine)
          .search(/^(---|\.\.\.)(?=[ \t\r\n]|$)/m);
        onlyPreamble = !hasContent(
          following < 0
            ? text.slice(nextLine)
            : text.slice(nextLine, nextLine + following),
        );
      }
    }
  }
  const starts = [0, ...cuts];
  return starts
    .map((start, i) => ({
      text: text.slice(start, starts[i + 1] ?? text.length),
      offset: start,
    }))
    .filter(({ text: part }, i) => part.length > 0 || i === 0);
}

function firstMarker(text: string): number {
  const at = text.search(/^\uFEFF?(---|\.\.\.)(?=[ \t\r\n]|$)/m);
  return at < 0 ? text.length : at;
}

/** Whether there is more than blank lines, comments and directives. */
function hasContent(text: string): boolean {
  return text.split('\n').some(line => !/^\uFEFF?\s*(#|%|$)/.test(line));
}
