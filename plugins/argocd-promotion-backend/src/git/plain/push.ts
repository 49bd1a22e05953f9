import { NotAllowedError } from '@backstage/errors';
import { remoteError } from './remoteError';
import { ShallowRepository } from './ShallowRepository';

const MOVED =
  /stale info|fetch first|non-fast-forward|incorrect old value|cannot lock ref|failed to (lock|update ref)|already exists|reference already exists/i;

/**
 * Moves one ref of the server, only from `before` (undefined: only when there is none). True when it was done, false when
 * the ref was not there any more. Throws what else the server said, with the words of its hooks.
 */
export async function push(
  local: ShallowRepository,
  options: {
    /** For people, in messages. */
    name: string;
    ref: string;
    before: string | undefined;
    after: string | undefined;
  },
): Promise<boolean> {
  const { name, ref, before = '', after = '' } = options;
  const result = await local.try([
    'push',
    '--porcelain',
    '--no-verify',
    `--force-with-lease=${ref}:${before}`,
    'origin',
    `${after}:${ref}`,
  ]);
  if (result.exitCode === 0) return true;
  const refused = local
    .hide(result.stdout.toString('utf8'))
    .split('\n')
    .find(line => line.startsWith('!'));
  if (!refused) throw remoteError(name, result);
  if (MOVED.test(refused)) return false;
  const reason = /\((.*)\)\s*$/.exec(refused)?.[1] ?? 'refused';
  const said = result.stderr
    .split('\n')
    .filter(line => line.startsWith('remote:'))
    .map(line => line.slice('remote:'.length).trim())
    .filter(Boolean)
    .join(' ')
    .slice(0, 400);
  throw new NotAllowedError(
    `${name} refused to move ${ref}: ${reason}${
      said ? `: ${said}` : ''
    }. A protected branch is reached by 'delivery: pull-request' where the host has pull requests`,
  );
}
