import {
  createContext,
  PropsWithChildren,
  useContext,
  useEffect,
  useState,
} from 'react';

const ClockContext = createContext<number | undefined>(undefined);

/** One clock a page: relative times move on together, without a timer each. */
export function ClockProvider({ children }: PropsWithChildren<{}>) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return <ClockContext.Provider value={now}>{children}</ClockContext.Provider>;
}

/** Milliseconds of the page's clock, never before the newest render. */
export function useNow(): number {
  return useContext(ClockContext) ?? Date.now();
}
