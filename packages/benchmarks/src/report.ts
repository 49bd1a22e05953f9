const BEGIN = '<!-- measured: begin -->';
const END = '<!-- measured: end -->';

/** The page with the newest table between its two marks; everything else stays as it was written. */
export function insertReport(
  page: string,
  report: { table: string; machine: string },
): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin)
    throw new Error(`The page lacks the marks ${BEGIN} and ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${
    report.table
  }\n\nMeasured on ${report.machine}.\n\n${page.slice(end)}`;
}
