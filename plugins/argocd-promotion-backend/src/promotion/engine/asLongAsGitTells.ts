import { isError, ServiceUnavailableError } from '@backstage/errors';

/** What could be read when this was planned can't be read now: that passes, when a token is renewed. */
export async function asLongAsGitTells<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!isError(error) || error.name !== 'NotAllowedError') throw error;
    throw new ServiceUnavailableError(
      `Git does not let it be read any more: ${error.message}`,
    );
  }
}
