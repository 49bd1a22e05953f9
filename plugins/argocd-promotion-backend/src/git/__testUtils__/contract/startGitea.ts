import { startGitHost } from '@fairway/argocd-simulator';
import { GiteaHostProvider } from '../../GiteaHostProvider';
import { HostUnderTest } from './HostUnderTest';
import { Troubles } from './Troubles';

/** The simulator's Gitea. */
export async function startGitea(): Promise<HostUnderTest> {
  const troubles = new Troubles();
  const git = await startGitHost({ before: [troubles.handler] });
  const passwords = {
    writer: git.tokens.backstage,
    reader: git.tokens.reader,
    nobody: 'not-a-token',
  };
  const call = async (method: string, path: string, body: object) => {
    const answer = await fetch(`${git.url}/api/v1/repos/${path}`, {
      method,
      headers: {
        authorization: `token ${git.tokens.reviewer}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  };
  return {
    store: git.store,
    secrets: Object.values(passwords),
    open(name, as = 'writer') {
      const found = new GiteaHostProvider({
        hosts: [
          {
            host: new URL(git.url).host,
            baseUrl: git.url,
            password: passwords[as],
          },
        ],
        deadlineMs: 10_000,
      }).getRepository(`${git.url}/${name}.git`);
      if (!found) throw new Error('The host is configured');
      return found;
    },
    requests: () => troubles.requests(),
    trouble: trouble => troubles.add(trouble),
    async person(name, number, act) {
      const path = `${name}/pulls/${number}`;
      if (act.do === 'merge')
        await call('POST', `${path}/merge`, {
          Do: act.style,
          delete_branch_after_merge: act.deleteBranch ?? false,
        });
      else if (act.do === 'retarget')
        await call('PATCH', path, { base: act.base });
      else
        await call('PATCH', path, {
          state: act.do === 'close' ? 'closed' : 'open',
        });
    },
    mergeStyles: ['merge', 'squash', 'rebase'],
    check: (name, sha, check) =>
      call('POST', `${name}/statuses/${sha}`, {
        context: check.name,
        state: check.state,
      }),
    authorIsPerson: true,
    listsBlobs: true,
    close: () => git.close(),
  };
}
