import { PipelineView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { pipeline } from '../testing/fixtures';
import { FeedState, PipelineFeed } from './PipelineFeed';

/** Lets the promises of a settled load run. */
const settle = () => jest.advanceTimersByTimeAsync(0);

describe('PipelineFeed', () => {
  const pending: Array<{
    resolve: (view: PipelineView) => void;
    reject: (e: Error) => void;
    signal: AbortSignal;
  }> = [];
  let states: FeedState[];
  let feed: PipelineFeed;

  beforeEach(() => {
    jest.useFakeTimers();
    pending.length = 0;
    states = [];
    feed = new PipelineFeed(
      signal =>
        new Promise((resolve, reject) =>
          pending.push({ resolve, reject, signal }),
        ),
      state => states.push(state),
    );
  });
  afterEach(() => {
    feed.stop();
    jest.useRealTimers();
  });

  it('answers many signals with one request, within a second', async () => {
    for (let i = 0; i < 20; i++) feed.invalidate();
    expect(pending).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(999);
    expect(pending).toHaveLength(1);
  });

  it('asks once more for what was said during a request', async () => {
    feed.refresh();
    feed.invalidate();
    await jest.advanceTimersByTimeAsync(1000);
    expect(pending).toHaveLength(1);
    pending[0].resolve(pipeline());
    await settle();
    await jest.advanceTimersByTimeAsync(1000);
    expect(pending).toHaveLength(2);
  });

  it('keeps the data when a later request fails', async () => {
    const view = pipeline();
    feed.refresh();
    pending[0].resolve(view);
    await settle();
    feed.refresh();
    pending[1].reject(new Error('down'));
    await settle();
    expect(states[states.length - 1]).toMatchObject({
      view,
      error: { message: 'down' },
      loading: false,
    });
  });

  it('asks once more, and only once, when the first answer was not complete', async () => {
    const view = pipeline();
    view.environments[0].applications[0].lastChange!.own = false;
    feed.refresh();
    pending[0].resolve(view);
    await settle();
    await jest.advanceTimersByTimeAsync(4_000);
    expect(pending).toHaveLength(2);
    pending[1].resolve(view);
    await settle();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(pending).toHaveLength(2);
  });

  it('does not ask again when the first answer was complete', async () => {
    feed.refresh();
    pending[0].resolve(pipeline());
    await settle();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(pending).toHaveLength(1);
  });

  it('aborts its request when it is stopped, and says nothing more', async () => {
    feed.refresh();
    feed.stop();
    const before = states.length;
    expect(pending[0].signal.aborted).toBe(true);
    pending[0].resolve(pipeline());
    await settle();
    expect(states).toHaveLength(before);
  });
});
