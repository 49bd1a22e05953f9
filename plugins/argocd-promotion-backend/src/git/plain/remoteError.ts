import {
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { GitResult } from './GitProcess';

/** The error that a failed command against a server stands for; what the server said is kept, within bounds. */
export function remoteError(name: string, result: GitResult): Error {
  const { stderr } = result;
  const said = stderr
    .split('\n')
    .map(line => line.trim())
    .filter(line => /^(remote|fatal|error|ssh|Permission|Host key)/i.test(line))
    .join(' ')
    // User and password of a URL that somebody else has written.
    .replace(/:\/\/[^/@\s]*@/g, '://')
    .slice(0, 400);
  const message = `${name} refused: ${
    said || `git ended with ${result.exitCode}`
  }`;
  if (
    /Authentication failed|could not read (Username|Password)|error: 40[13]|Permission denied|terminal prompts disabled/i.test(
      stderr,
    )
  )
    return new NotAllowedError(
      `${message}. The credentials in 'gitServers' or 'integrations' need to read and write this repository`,
    );
  if (/Host key verification failed/i.test(stderr))
    return new NotAllowedError(
      `${message}. Add the server's key to 'knownHostsFile'`,
    );
  if (
    /repository .*not found|does not appear to be a git repository|error: 404|not our ref|unadvertised object|couldn't find remote ref/i.test(
      stderr,
    )
  )
    return new NotFoundError(message);
  if (
    /unable to access|Could not resolve|Connection|early EOF|hung up|error: 5\d\d|RPC failed|timed out/i.test(
      stderr,
    )
  )
    return new ServiceUnavailableError(message);
  return new InputError(message);
}
