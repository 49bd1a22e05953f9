import fc from 'fast-check';
import { repositoriesOf, webhookKey } from './repositoriesOf';

describe('repositoriesOf', () => {
  // What each host sends, as far as it is used, and the address that Argo CD may know the repository by.
  it.each([
    [
      'GitHub, a merged pull request',
      {
        action: 'closed',
        pull_request: { number: 3, merged: true },
        repository: {
          full_name: 'acme/deploy',
          clone_url: 'https://github.com/acme/deploy.git',
        },
      },
      'git@github.com:acme/deploy.git',
    ],
    [
      'Gitea, by an address with another port',
      {
        action: 'closed',
        repository: {
          clone_url: 'http://git.example.com:3000/acme/deploy.git',
        },
      },
      'ssh://git@git.example.com:2222/acme/Deploy.git',
    ],
    [
      'GitLab, a merge request',
      {
        object_kind: 'merge_request',
        project: { git_http_url: 'https://gitlab.example.com/a/b/deploy.git' },
        object_attributes: { action: 'merge' },
      },
      'https://gitlab.example.com/a/b/deploy',
    ],
    [
      'Bitbucket Cloud',
      {
        pullrequest: { id: 3 },
        repository: {
          links: { html: { href: 'https://bitbucket.org/acme/deploy' } },
        },
      },
      'https://ana@bitbucket.org/acme/deploy.git',
    ],
    [
      'Bitbucket Data Center',
      {
        eventKey: 'pr:merged',
        pullRequest: {
          toRef: {
            repository: {
              links: {
                self: [
                  {
                    href: 'https://bitbucket.example.com/projects/SHOP/repos/deploy/browse',
                  },
                ],
              },
            },
          },
        },
      },
      'https://bitbucket.example.com/scm/shop/deploy.git',
    ],
    [
      'Azure DevOps',
      {
        eventType: 'git.pullrequest.merged',
        resource: {
          repository: {
            remoteUrl: 'https://dev.azure.com/acme/shop/_git/deploy',
          },
        },
      },
      'git@ssh.dev.azure.com:v3/acme/shop/deploy',
    ],
  ])('knows what %s is about', (_host, payload, url) => {
    expect(repositoriesOf(payload)).toContain(webhookKey(url));
  });

  it('takes anything for nothing', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), payload => {
        expect(Array.isArray(repositoriesOf(payload))).toBe(true);
        expect(Array.isArray(repositoriesOf({ repository: payload }))).toBe(
          true,
        );
      }),
    );
    const many = Array.from({ length: 1_000 }, (_, index) => ({
      href: `https://h${index}.example.com/a/b`,
    }));
    const sent = repositoriesOf({ repository: { links: { clone: many } } });
    expect(sent.length).toBeLessThanOrEqual(10);
    expect(
      repositoriesOf({
        repository: { clone_url: `https://${'a'.repeat(9e5)}` },
      }),
    ).toEqual([]);
  });
});
