import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { commitUrl } from './viewContext';

const integrations = ScmIntegrations.fromConfig(
  new ConfigReader({
    integrations: {
      gitlab: [
        {
          host: 'gitlab.example.com',
          apiBaseUrl: 'https://gitlab.example.com/api/v4',
        },
      ],
    },
  }),
);

it.each([
  [
    'https://user:pw@github.com/acme/deploy.git',
    'https://github.com/acme/deploy/commit/',
  ],
  ['git@github.com:acme/deploy.git', 'https://github.com/acme/deploy/commit/'],
  [
    'ssh://git@gitlab.example.com:2222/acme/deploy.git',
    'https://gitlab.example.com/acme/deploy/-/commit/',
  ],
  ['https://unknown.example.com/acme/deploy.git', undefined],
  ['not a url', undefined],
])('%s', (repository, expected) => {
  const sha = 'a'.repeat(40);
  expect(commitUrl(repository, sha, integrations)).toBe(
    expected && `${expected}${sha}`,
  );
});
