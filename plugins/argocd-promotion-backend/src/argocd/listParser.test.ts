import fc from 'fast-check';
import { readRecording, recordingNames } from '../__testUtils__/recordings';
import { parseList } from './listParser';
import { ListLimits } from './ListSplitter';

async function* cut(text: string, sizes: number[]): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  let at = 0;
  for (let i = 0; at < bytes.length; i += 1) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function parse(
  text: string,
  sizes: number[] = [7],
  limits: Partial<ListLimits> = {},
) {
  const items: unknown[] = [];
  const list = await parseList(
    cut(text, sizes),
    item => items.push(item),
    limits,
  );
  return { items, ...list };
}

/** Text that has in it all that a careless scan would stumble on. */
const text = fc.string({
  unit: fc.constantFrom(...'"\\{}[]:, \n\t', 'items', 'metadata', 'é', '😀'),
});
const value = fc.letrec(tie => ({
  any: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(null, true, false),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(text, tie('any'), { maxKeys: 4 }),
  ),
})).any;
const item = fc.dictionary(
  text.filter(key => key !== '__proto__'),
  value,
  { maxKeys: 5 },
);

describe('parseList', () => {
  it('finds what JSON.parse finds, wherever the bytes are cut', async () => {
    const list = fc.record(
      {
        kind: text,
        metadata: fc.record(
          { resourceVersion: text, more: value },
          { requiredKeys: [] },
        ),
        items: fc.array(item, { maxLength: 6 }),
        more: value,
      },
      { requiredKeys: ['items'] },
    );
    await fc.assert(
      fc.asyncProperty(
        list,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        fc.constantFrom(undefined, 2),
        async (wanted, sizes, indent) => {
          const written = JSON.stringify(wanted, null, indent);
          const read = await parse(written, sizes);
          const expected = JSON.parse(written) as typeof wanted;
          expect(read.items).toEqual(expected.items);
          expect(read.hasItems).toBe(expected.items.length > 0);
          expect(read.resourceVersion).toBe(expected.metadata?.resourceVersion);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reads every recorded list', async () => {
    const names = recordingNames('json').filter(name =>
      /^applications-list/.test(name),
    );
    let lists = 0;
    for (const name of names) {
      const { status, body } = readRecording(name).response;
      if (status !== 200) continue;
      lists += 1;
      const { items, metadata } = body as {
        items: unknown[] | null;
        metadata: { resourceVersion?: string };
      };
      const read = await parse(JSON.stringify(body), [1_000]);
      expect(read.items).toEqual(items ?? []);
      expect(read.resourceVersion).toBe(metadata.resourceVersion);
    }
    expect(lists).toBeGreaterThan(3);
  });

  it.each<[string, string, RegExp]>([
    ['a page in HTML', '<html>', /is not JSON/],
    ['nothing', '', /ended before its end/],
    ['a text', '"items"', /is not JSON/],
    ['a list of lists', '[{}]', /is not JSON/],
    ['half a list', '{"items":[{"a":1},', /ended before its end/],
    ['an item that is none', '{"items":[{"a":x}]}', /is not JSON/],
    ['two lists', '{"items":[]}{"items":[]}', /is not JSON/],
    ['a text after the list', '{"items":[]} "x', /is not JSON/],
    [
      'nesting without end',
      `{"items":[{"a":${'['.repeat(5_000)}`,
      /nested too deeply/,
    ],
    [
      'an item without end',
      `{"items":[{"a":"${'x'.repeat(2_000)}`,
      /too large/,
    ],
    [
      'items without end',
      `{"items":[${'{},'.repeat(300)}`,
      /more than 100 items/,
    ],
    [
      'bytes without end',
      `{"filler":"${'x'.repeat(20_000)}`,
      /too much that is no item/,
    ],
  ])('refuses %s', async (_, written, reason) => {
    const limits = { itemBytes: 1_000, totalBytes: 10_000, items: 100 };
    await expect(parse(written, [100], limits)).rejects.toThrow(reason);
  });
});
