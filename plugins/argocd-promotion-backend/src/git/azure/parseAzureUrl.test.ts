import { parseAzureUrl } from './parseAzureUrl';

describe('parseAzureUrl', () => {
  const cloud = { host: 'dev.azure.com', organization: 'acme' };
  it.each([
    [
      'https://acme@dev.azure.com/acme/My%20Shop/_git/deploy',
      { ...cloud, project: 'My Shop', repository: 'deploy' },
    ],
    [
      'https://dev.azure.com/acme/_git/deploy',
      { ...cloud, project: 'deploy', repository: 'deploy' },
    ],
    [
      'git@ssh.dev.azure.com:v3/acme/shop/deploy',
      { ...cloud, project: 'shop', repository: 'deploy' },
    ],
    [
      'https://acme.visualstudio.com/DefaultCollection/shop/_git/deploy',
      { ...cloud, project: 'shop', repository: 'deploy' },
    ],
    [
      'https://tfs.example.com:8080/tfs/Main/shop/_git/deploy',
      {
        host: 'tfs.example.com:8080',
        organization: 'tfs/Main',
        project: 'shop',
        repository: 'deploy',
      },
    ],
  ])('reads %s', (url, expected) => {
    expect(parseAzureUrl(url)).toEqual(expected);
  });

  it.each([
    'https://dev.azure.com/acme/shop',
    'https://dev.azure.com/acme/shop/_git/deploy/more',
    'git@ssh.dev.azure.com:v2/acme/shop/deploy',
    'nothing',
  ])('knows that %s is none', url => {
    expect(parseAzureUrl(url)).toBeUndefined();
  });
});
