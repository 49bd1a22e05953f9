import {
  readEvents,
  readRecording,
  readStream,
  recordingNames,
} from '../__testUtils__/recordings';
import { jsonLines } from './lines';
import { parseList } from './listParser';

async function* pieces(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size)
    yield bytes.subarray(at, at + size);
}

/** Networks cut where they like. */
describe('every recording can be read in pieces', () => {
  const lists = recordingNames('json').flatMap(name => {
    const { body, status } = readRecording(name).response;
    const list = status < 400 && (body as { items?: unknown[] | null } | null);
    return list && list.items !== undefined ? [{ name, list }] : [];
  });

  it.each(lists)('$name: a list', async ({ list }) => {
    const found: unknown[] = [];
    const parsed = await parseList(
      pieces(JSON.stringify(list), 1_000),
      item => {
        found.push(item);
      },
    );
    expect(found).toEqual(list.items ?? []);
    expect(parsed.hasItems).toBe(found.length > 0);
  });

  it.each(recordingNames('ndjson'))('%s: a stream', async name => {
    const lines = readStream(name);
    expect(lines.length).toBeGreaterThan(0);
    const text = lines.map(line => `${JSON.stringify(line)}\n`).join('');
    const read: unknown[] = [];
    for await (const line of jsonLines(pieces(text, 777))) read.push(line);
    expect(read).toEqual(lines);
    // A tree is no event of an Application.
    expect(readEvents(name)).toHaveLength(
      name.includes('tree') ? 0 : lines.length,
    );
  });
});
