import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import { EnvironmentConfig } from './types';

/** What an environment does by itself, and how long it watches. */
export function readAutomation(
  entry: Config,
  key: string,
): Pick<EnvironmentConfig, 'autoPromote' | 'failFast' | 'verifyForMs'> {
  const verify = entry.getOptionalConfig('verify');
  let verifyForMs: number | undefined;
  if (verify?.has('for')) {
    try {
      verifyForMs = durationToMilliseconds(
        readDurationFromConfig(verify, { key: 'for' }),
      );
    } catch {
      throw new InputError(
        `${key}.verify.for is not a duration, such as { minutes: 10 }`,
      );
    }
  }
  return {
    ...(entry.getOptionalBoolean('autoPromote') ? { autoPromote: true } : {}),
    ...(entry.getOptionalBoolean('failFast') ? { failFast: true } : {}),
    ...(verifyForMs ? { verifyForMs } : {}),
  };
}
