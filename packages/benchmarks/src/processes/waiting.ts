export const pause = (ms: number): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, ms));

/** Asks until it is so; says what it waited for when the time is up. */
export async function waitFor(
  what: string,
  isSo: () => Promise<boolean>,
  options: { timeoutMs: number; everyMs: number },
): Promise<void> {
  const deadline = Date.now() + options.timeoutMs;
  while (!(await isSo())) {
    if (Date.now() > deadline)
      throw new Error(`Waited ${options.timeoutMs} ms in vain for ${what}`);
    await pause(options.everyMs);
  }
}
