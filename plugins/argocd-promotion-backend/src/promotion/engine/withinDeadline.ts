import { ServiceUnavailableError } from '@backstage/errors';

/** Gives up waiting for something that may never answer; it goes on by itself, and whoever it was for has to be told. */
export async function withinDeadline<T>(
  what: string,
  ms: number,
  act: () => Promise<T> | T,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new ServiceUnavailableError(
            `${what} did not end within ${Math.round(ms / 1_000)} seconds`,
          ),
        ),
      ms,
    );
  });
  try {
    return await Promise.race([act(), late]);
  } finally {
    clearTimeout(timer);
  }
}
