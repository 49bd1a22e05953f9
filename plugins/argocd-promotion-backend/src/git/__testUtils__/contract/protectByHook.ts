import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GitStore } from '@fairway/argocd-simulator';

/** From now on the server's hook refuses a push to the branch. */
export async function protectByHook(
  store: GitStore,
  name: string,
  branch: string,
): Promise<void> {
  const hooks = join(store.get(name).directory, 'hooks');
  await mkdir(hooks, { recursive: true });
  const hook = join(hooks, 'pre-receive');
  await writeFile(
    hook,
    `#!/bin/sh\nwhile read old new ref; do\n  if [ "$ref" = "refs/heads/${branch}" ]; then echo "You may not push to ${branch}" >&2; exit 1; fi\ndone\n`,
  );
  await chmod(hook, 0o755);
}
