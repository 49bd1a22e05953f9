import fc from 'fast-check';
import { maskedAnswer } from './maskedAnswer';
import { AnswerShape } from './routes';

const items: AnswerShape = { kind: 'list', list: 'items' };
const whole: AnswerShape = { kind: 'object' };
const lines: AnswerShape = { kind: 'lines' };

async function* inChunks(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size)
    yield new Uint8Array(bytes.subarray(at, at + size));
}

async function answer(
  text: string,
  shape: AnswerShape,
  options: { size?: number; maxItemBytes?: number; maxBytes?: number } = {},
): Promise<string> {
  const { size = 7, maxItemBytes = 10_000, maxBytes = 100_000 } = options;
  const parts: string[] = [];
  for await (const part of maskedAnswer(inChunks(text, size), {
    shape,
    secret: false,
    maxItemBytes,
    maxBytes,
  }))
    parts.push(part);
  return parts.join('');
}

describe('an answer on its way through', () => {
  it('is the list that was asked for, however its bytes arrive, and nothing beside it', async () => {
    await fc.assert(
      fc.asyncProperty(
        // The parser of the stream leaves this one name out, which no object of Kubernetes has.
        fc.array(
          fc
            .jsonValue({ maxDepth: 3 })
            .filter(value => !JSON.stringify(value).includes('__proto__')),
          { maxLength: 5 },
        ),
        fc.integer({ min: 1, max: 40 }),
        async (list, size) => {
          const text = JSON.stringify({
            metadata: { internal: true },
            items: list,
            orphanedNodes: [1],
          });
          expect(JSON.parse(await answer(text, items, { size }))).toEqual({
            items: JSON.parse(JSON.stringify(list)),
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(['{}', '{"items":null}', '{"items":[]}'])(
    'is an empty list for %s',
    async text => {
      expect(await answer(text, items)).toBe('{"items":[]}');
    },
  );

  it.each<[string, string, AnswerShape]>([
    ['HTML', '<html>', whole],
    ['HTML for a list', '<html>', items],
    ['a text', '"internal"', whole],
    ['half an object', '{"a":', whole],
    ['half a list', '{"items":[{"a":1},', items],
    ['two values', '{}{}', whole],
    ['a line that is none', 'nonsense\n', lines],
    ['an error in a stream', '{"error":{"message":"no"}}\n', lines],
    ['too much nesting', '['.repeat(400) + ']'.repeat(400), whole],
  ])('is refused when it is %s', async (_, text, shape) => {
    await expect(answer(text, shape)).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
    });
  });

  it.each<[string, string, AnswerShape]>([
    ['an object', JSON.stringify({ a: 'x'.repeat(3_000) }), whole],
    ['an item', JSON.stringify({ items: ['x'.repeat(3_000)] }), items],
    [
      'what stands around items',
      JSON.stringify({ a: 'x'.repeat(3_000) }),
      items,
    ],
    ['a line', `${JSON.stringify({ result: 'x'.repeat(3_000) })}\n`, lines],
  ])('is refused when %s is too large', async (_, text, shape) => {
    await expect(answer(text, shape, { maxItemBytes: 1_000 })).rejects.toThrow(
      '1000 bytes',
    );
  });

  it('is cut when all of it is too large', async () => {
    const text = JSON.stringify({ items: Array(500).fill('x'.repeat(100)) });
    await expect(answer(text, items, { maxBytes: 5_000 })).rejects.toThrow(
      '5000 bytes',
    );
  });

  it('is read no faster than it is taken', async () => {
    let read = 0;
    async function* endless() {
      yield Buffer.from('{"items":[');
      for (;;) {
        read += 1;
        yield Buffer.from(`"${'x'.repeat(50)}",`);
      }
    }
    const parts = maskedAnswer(endless(), {
      shape: items,
      secret: false,
      maxItemBytes: 1_000,
      maxBytes: 1e9,
    });
    for (let i = 0; i < 10; i += 1) await parts.next();
    expect(read).toBeLessThan(12);
    await parts.return(undefined);
  });

  it('is lines of a log, without the last empty one', async () => {
    const line = (content: string, last = false) =>
      `${JSON.stringify({
        result: { content, last, timeStampStr: 't', podName: 'p' },
      })}\n`;
    expect(
      JSON.parse(await answer(line('a') + line('b') + line('', true), lines)),
    ).toEqual({
      items: [
        { content: 'a', time: 't', podName: 'p' },
        { content: 'b', time: 't', podName: 'p' },
      ],
    });
  });
});
