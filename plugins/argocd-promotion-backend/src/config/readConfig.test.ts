import { mockServices } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import { readConfig } from './readConfig';

const read = (argocdPromotion: JsonObject, rest: JsonObject = {}) =>
  readConfig(mockServices.rootConfig({ data: { argocdPromotion, ...rest } }));
const dev = { name: 'dev', match: { labels: { environment: 'dev' } } };

describe('readConfig', () => {
  it('reads an instance, trimming its url', () => {
    expect(
      read({
        instances: [
          { name: 'main', url: 'https://argo.example.com/prefix/', token: 't' },
        ],
      }).instances,
    ).toEqual([
      {
        name: 'main',
        url: 'https://argo.example.com/prefix',
        credentials: { token: 't' },
        skipTlsVerify: false,
        headers: {},
      },
    ]);
  });

  it('reads sidecars, of which there are none by default', () => {
    expect(read({}).sidecars).toEqual([]);
    expect(read({ sidecars: ['ghcr.io/acme/*'] }).sidecars).toEqual([
      'ghcr.io/acme/*',
    ]);
  });

  it("reads the peers' configuration when there is none of its own", () => {
    const argocd = {
      username: 'u',
      password: 'p',
      appLocatorMethods: [
        {
          type: 'config',
          instances: [
            { name: 'a', url: 'https://a' },
            { name: 'b', url: 'https://b', token: 't' },
          ],
        },
      ],
    };
    expect(
      read({}, { argocd }).instances.map(({ name, credentials }) => [
        name,
        credentials,
      ]),
    ).toEqual([
      ['a', { username: 'u', password: 'p' }],
      ['b', { token: 't' }],
    ]);
    expect(read({ instances: [] }, { argocd }).instances).toEqual([]);
  });

  it('has no pipeline without environments, and defaults within one', () => {
    expect(read({}).pipelines).toEqual([]);
    expect(
      read({ environments: [dev] }).pipelines[0].environments[0],
    ).toMatchObject({
      promotesFrom: [],
      match: { labels: { environment: ['dev'] } },
      delivery: 'pull-request',
      approvals: { required: 0, groups: [] },
      onFailure: 'hold',
    });
  });

  it('completes the refs of owners of projects', () => {
    expect(
      read({
        binding: { projects: [{ name: 'shop-*', owners: 'payments' }] },
      }).binding,
    ).toEqual({
      trustAnnotations: 'read',
      projects: [{ name: 'shop-*', owners: ['group:default/payments'] }],
    });
  });

  it.each<[string, JsonObject, RegExp]>([
    [
      'no credentials',
      { instances: [{ name: 'a', url: 'https://a' }] },
      /instances\[0\] has no credentials/,
    ],
    [
      'half a login',
      { instances: [{ name: 'a', url: 'https://a', username: 'u' }] },
      /instances\[0\] has no credentials/,
    ],
    [
      'no scheme',
      { instances: [{ name: 'a', url: 'argo', token: 't' }] },
      /instances\[0\]\.url/,
    ],
    [
      'credentials in the url',
      { instances: [{ name: 'a', url: 'https://u:p@a', token: 't' }] },
      /url holds credentials/,
    ],
    [
      'a name twice',
      {
        instances: [1, 2].map(() => ({
          name: 'a',
          url: 'https://a',
          token: 't',
        })),
      },
      /two instances are named 'a'/,
    ],
    [
      'an unknown upstream',
      { environments: [{ ...dev, promotesFrom: 'qa' }] },
      /environments\[0\]\.promotesFrom names 'qa'/,
    ],
    [
      'itself upstream',
      { environments: [{ ...dev, promotesFrom: ['dev'] }] },
      /circle: dev → dev/,
    ],
    [
      'no match',
      { environments: [{ name: 'dev' }] },
      /environments\[0\]\.match is missing/,
    ],
    [
      'an unknown matcher',
      { environments: [{ name: 'dev', match: { lables: {} } }] },
      /match\.lables is not known/,
    ],
    [
      'an unknown delivery',
      { environments: [{ ...dev, delivery: 'email' }] },
      /delivery is 'email'/,
    ],
    [
      'an unknown trust',
      { binding: { trustAnnotations: 'some' } },
      /trustAnnotations is 'some'/,
    ],
    [
      'an owner of a project that is none',
      { binding: { projects: [{ name: 'shop', owners: ['group:default/'] }] } },
      /binding\.projects\[0\]\.owners must hold entity refs/,
    ],
    [
      'a project without owners',
      { binding: { projects: [{ name: 'shop' }] } },
      /binding\.projects\[0\]\.owners/,
    ],
    [
      'a CA that is not there',
      {
        instances: [
          { name: 'a', url: 'https://a', token: 't', caFile: '/no/such/file' },
        ],
      },
      /caFile/,
    ],
  ])('names the key: %s', (_, data, message) => {
    expect(() => read(data)).toThrow(message);
  });
});
