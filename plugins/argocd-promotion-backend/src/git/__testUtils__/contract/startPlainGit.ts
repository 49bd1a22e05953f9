import { startGitHost } from '@fairway/argocd-simulator';
import { PlainGitHostProvider } from '../../plain/PlainGitHostProvider';
import { HostUnderTest } from './HostUnderTest';
import { protectByHook } from './protectByHook';
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
    protect: (name, branch) => protectByHook(git.store, name, branch),
    authorIsPerson: true,
    listsBlobs: true,
    async close() {
      await Promise.all(providers.map(([, provider]) => provider.close()));
      await git.close();
    },
  };
}
