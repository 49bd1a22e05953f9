import { act, renderHook } from '@testing-library/react';
import { PropsWithChildren } from 'react';
import { signalApiRef } from '@backstage/plugin-signals-react';
import { TestApiProvider } from '@backstage/test-utils';
import { argocdPromotionApiRef } from '../api/ref';
import { pipeline } from '../testing/fixtures';
import { signals } from '../__testUtils__/page';
import { usePipeline } from './usePipeline';

const ref = 'component:default/checkout';

const useCheckout = () => usePipeline(ref);

describe('usePipeline', () => {
  let visibility: DocumentVisibilityState;
  const asked: AbortSignal[] = [];

  beforeEach(() => {
    jest.useFakeTimers();
    visibility = 'visible';
    asked.length = 0;
    jest
      .spyOn(document, 'visibilityState', 'get')
      .mockImplementation(() => visibility);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  const look = (state: DocumentVisibilityState) =>
    act(async () => {
      visibility = state;
      document.dispatchEvent(new Event('visibilitychange'));
      await jest.advanceTimersByTimeAsync(0);
    });
  const wait = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));
  const render = async (channel?: ReturnType<typeof signals>) => {
    const client = {
      getPipeline: async (_: string, options: { signal: AbortSignal }) => {
        asked.push(options.signal);
        return pipeline();
      },
    };
    const rendered = renderHook(useCheckout, {
      wrapper: ({ children }: PropsWithChildren<{}>) => (
        <TestApiProvider
          apis={[
            [argocdPromotionApiRef, client],
            ...(channel ? [[signalApiRef, channel] as const] : []),
          ]}
        >
          {children}
        </TestApiProvider>
      ),
    });
    await wait(0);
    return rendered;
  };

  it('polls without signals, but not while nobody looks, and once when they look again', async () => {
    const { result } = await render();
    expect(result.current.live).toBe('polling');
    expect(asked).toHaveLength(1);
    await wait(10_300);
    expect(asked).toHaveLength(2);
    await look('hidden');
    await wait(600_000);
    expect(asked).toHaveLength(2);
    await look('visible');
    expect(asked).toHaveLength(3);
    // A short look away in which nothing was missed costs nothing.
    await look('hidden');
    await look('visible');
    expect(asked).toHaveLength(3);
  });

  it('answers a signal within a second, one of a hidden page when it is looked at, and asks rarely without', async () => {
    const channel = signals();
    const changed = () =>
      channel.publish({ type: 'changed', entityRefs: [ref] });
    const { result, unmount } = await render(channel);
    expect(result.current.live).toBe('signals');
    changed();
    await wait(1_000);
    expect(asked).toHaveLength(2);
    await look('hidden');
    changed();
    changed();
    await wait(5_000);
    expect(asked).toHaveLength(2);
    await look('visible');
    expect(asked).toHaveLength(3);
    await wait(30_000);
    expect(asked).toHaveLength(3);
    await wait(60_000);
    expect(asked).toHaveLength(4);
    unmount();
    await wait(600_000);
    expect(asked).toHaveLength(4);
  });
});
