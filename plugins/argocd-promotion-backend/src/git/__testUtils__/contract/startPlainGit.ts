import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startGitHost } from '@fairway/argocd-simulator';
import { PlainGitHostProvider } from '../../plain/PlainGitHostProvider';
import { HostUnderTest } from './HostUnderTest';
import { Troubles } from './Troubles';

/** The simulator's smart HTTP, without any API. */
export async function startPlainGit(): Promise<HostUnderTest> {
  const troubles = new Troubles();
  const git = await startGitHost({ before: [troubles.handler] });
  const passwords = {
    writer: git.tokens.backstage,
    reader: git.tokens.reader,
    nobody: 'not-a-token',
  };
  const providers = Object.entries(passwords).map(
    ([as, password]) =>
      [
        as,
        new PlainGitHostProvider({
          servers: [{ host: new URL(git.url).host, username: 'x', password }],
          deadlineMs: 20_000,
        }),
      ] as const,
  );
  return {
    store: git.store,
    secrets: Object.values(passwords).flatMap(each => [
      each,
      Buffer.from(`x:${each}`).toString('base64'),
    ]),
    open(name, as = 'writer') {
      const provider = new Map(providers).get(as);
      const found = provider?.getRepository(`${git.url}/${name}.git`);
      if (!found) throw new Error('The host is configured');
      return found;
    },
    requests: () => troubles.requests(),
    trouble: trouble => troubles.add(trouble),
    mergeStyles: [],
    async protect(name, branch) {
      const hooks = join(git.store.get(name).directory, 'hooks');
      await mkdir(hooks, { recursive: true });
      const hook = join(hooks, 'pre-receive');
      await writeFile(
        hook,
        `#!/bin/sh\nwhile read old new ref; do\n  if [ "$ref" = "refs/heads/${branch}" ]; then echo "You may not push to ${branch}" >&2; exit 1; fi\ndone\n`,
      );
      await chmod(hook, 0o755);
    },
    authorIsPerson: true,
    listsBlobs: true,
    async close() {
      await Promise.all(providers.map(([, provider]) => provider.close()));
      await git.close();
    },
  };
}
