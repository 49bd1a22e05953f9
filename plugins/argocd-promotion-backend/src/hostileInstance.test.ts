import { IncomingMessage, ServerResponse } from 'node:http';
import { createGzip } from 'node:zlib';
import { pipeline, Readable, Transform } from 'node:stream';
import { RecordedArgocd } from './__testUtils__/RecordedArgocd';
import { ROUTE, startBesideHostile } from './__testUtils__/startBesideHostile';
import { until } from './__testUtils__/until';

jest.setTimeout(90_000);

type Intercept = NonNullable<RecordedArgocd['intercept']>;
const MEGABYTE = 2 ** 20;
const GIGABYTE = 2 ** 30;
/** The longest body that is read at once, 32 MiB, and what the buffers of both ends of a socket hold. */
const MOST = 48 * MEGABYTE;

/** So many bytes of one letter, as fast as they are taken, without ever standing in memory. */
function* json(before: string, bytes: number, letter = 'a'): Generator<Buffer> {
  yield Buffer.from(before);
  const piece = Buffer.alloc(64 * 1024, letter);
  for (let made = 0; made < bytes; made += piece.length) yield piece;
}

/** Pours bodies, and knows how much of each was sent before the client hung up. */
class Pourer {
  readonly sent: number[] = [];
  open = 0;

  pour(response: ServerResponse, source: Iterable<Buffer>, gzip = false): void {
    const index = this.sent.push(0) - 1;
    const count = new Transform({
      transform: (piece: Buffer, _, done) => {
        this.sent[index] += piece.length;
        done(null, piece);
      },
    });
    this.open += 1;
    const ended = () => {
      this.open -= 1;
    };
    const bytes = Readable.from(source, { objectMode: false });
    if (gzip) {
      response.setHeader('content-encoding', 'gzip');
      pipeline(bytes, createGzip({ level: 1 }), count, response, ended);
    } else pipeline(bytes, count, response, ended);
  }
}

type Body = (pourer: Pourer, response: ServerResponse, before: string) => void;
const announced: Body = (pourer, response, before) => {
  response.setHeader('content-length', before.length + GIGABYTE);
  pourer.pour(response, json(before, GIGABYTE));
};
const chunked: Body = (pourer, response, before) =>
  pourer.pour(response, json(before, GIGABYTE));
const endless: Body = (pourer, response, before) =>
  pourer.pour(response, json(before, Infinity));
const blanks: Body = (pourer, response, before) =>
  pourer.pour(response, json(before, Infinity, ' '));
const bomb: Body = (pourer, response, before) =>
  pourer.pour(response, json(before, GIGABYTE), true);
const failure: Body = (pourer, response) => {
  response.writeHead(500);
  endless(pourer, response, '');
};

describe('an Instance whose answers are too large', () => {
  const stops: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const pathOf = ({ url = '' }: IncomingMessage) => url.split('?')[0];
  const isList = (path: string) => path === '/api/v1/applications';
  const isStream = (path: string) => path === '/api/v1/stream/applications';
  const isDetail = (path: string) => path.startsWith('/api/v1/applications/');
  const on = (
    concerns: (path: string) => boolean,
    pour: (response: ServerResponse) => void,
  ): Intercept => {
    return (request, response) => {
      if (!concerns(pathOf(request))) return false;
      pour(response);
      return true;
    };
  };

  /** Counts the memory that is held outside the heap and in it, apart from what there was. */
  const watchMemory = () => {
    const held = () => {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = held();
    let most = 0;
    const watching = setInterval(() => {
      most = Math.max(most, held() - before);
    }, 20);
    stops.push(async () => clearInterval(watching));
    return () => most;
  };

  const ITEM = '{"items":[{"metadata":{"name":"';
  it.each<[string, (path: string) => boolean, Body, string, RegExp]>([
    [
      'an item of an announced gigabyte',
      isList,
      announced,
      ITEM,
      /item of the list is too large/,
    ],
    [
      'an item of a gigabyte in chunks',
      isList,
      chunked,
      ITEM,
      /item of the list is too large/,
    ],
    [
      'an item without end',
      isList,
      endless,
      ITEM,
      /item of the list is too large/,
    ],
    [
      'a list that never begins',
      isList,
      blanks,
      '{"items":[',
      /too much that is no item/,
    ],
    [
      'a list that is a bomb',
      isList,
      bomb,
      ITEM,
      /item of the list is too large/,
    ],
    ['an error without end', isList, failure, '', /answered 500/],
    [
      'a line of a gigabyte',
      isStream,
      chunked,
      '{"result":{"x":"',
      /line of the stream is longer than/,
    ],
    [
      'a line of an announced gigabyte',
      isStream,
      announced,
      '{"result":{"x":"',
      /line of the stream is longer than/,
    ],
    [
      'a line without end',
      isStream,
      endless,
      '{"result":{"x":"',
      /line of the stream is longer than/,
    ],
    [
      'a stream that is a bomb',
      isStream,
      bomb,
      '{"result":{"x":"',
      /line of the stream is longer than/,
    ],
  ])(
    'costs no other anything with %s, and recovers by itself',
    async (_, concerns, body, before, reason) => {
      const pourer = new Pourer();
      const { other, instance, view } = await startBesideHostile(
        { intercept: on(concerns, response => body(pourer, response, before)) },
        stops,
      );
      const most = watchMemory();
      const stale = await until(async () => {
        // While it pours, the other Instance's Applications are there and not stale.
        const mine = (await view()).filter(
          application => application.instance === 'main',
        );
        expect(mine.length).toBeGreaterThan(0);
        for (const application of mine)
          expect(application).not.toHaveProperty('staleSince');
        const seen = await instance('other');
        return reason.test(seen.staleReason ?? '') ? seen : undefined;
      }, 30_000);
      expect(stale.staleSince).toEqual(expect.any(String));
      expect(await instance('main')).not.toHaveProperty('staleReason');
      other.intercept = undefined;
      await until(
        async () =>
          (await instance('other')).staleSince === undefined ? true : undefined,
        30_000,
      );
      // It hung up, each time, long before the gigabyte.
      await until(() => (pourer.open === 0 ? true : undefined));
      expect(pourer.sent.length).toBeGreaterThan(0);
      expect(Math.max(...pourer.sent)).toBeLessThan(MOST);
      // A gigabyte in memory would show; what garbage there is at a time does not.
      expect(most()).toBeLessThan(300 * MEGABYTE);
    },
  );

  it.each<[string, Body]>([
    ['an announced gigabyte', announced],
    ['a bomb', bomb],
    ['an error without end', failure],
  ])(
    'gives up details of %s, and shows them when they are as they should be',
    async (_, body) => {
      const pourer = new Pourer();
      const { plugin, other, instance, view } = await startBesideHostile(
        {
          intercept: on(isDetail, response =>
            body(pourer, response, '{"nodes":[{"kind":"'),
          ),
        },
        stops,
      );
      await until(async () =>
        (await instance('other')).staleSince === undefined ? true : undefined,
      );
      const most = watchMemory();
      const details = (name: string) =>
        plugin.get(`${ROUTE}/applications/${name}/argocd/checkout-staging`);
      const passage = () =>
        plugin.get(
          `${ROUTE}/proxy/other/api/v1/applications/checkout-staging/resource-tree`,
        );
      const refused = await passage();
      expect(refused.status).toBeGreaterThanOrEqual(400);
      expect(refused.body.error.message).toMatch(/larger than|answered 500/);
      // What the list says is there, of both; what this Instance does not tell is missing of it alone.
      expect((await details('other')).status).toBe(200);
      await until(async () =>
        (await details('main')).body.resources?.length ? true : undefined,
      );
      await until(() => (pourer.sent.length > 1 ? true : undefined));
      for (const application of await view())
        expect(application).not.toHaveProperty('staleSince');
      other.intercept = undefined;
      await until(() => (pourer.open === 0 ? true : undefined));
      expect(Math.max(...pourer.sent)).toBeLessThan(MOST);
      expect(most()).toBeLessThan(300 * MEGABYTE);
      await until(
        async () =>
          (await details('other')).body.resources?.length ? true : undefined,
        60_000,
      );
      expect((await passage()).status).toBe(200);
    },
  );
});
