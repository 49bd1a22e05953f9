import { component } from '../../__testUtils__/startPlugin';
import { repositoryOf, sourceOfEntity } from './sourceRepository';

describe('the repository of an address', () => {
  it.each([
    ['https://github.com/a/b/tree/main/x/', 'https://github.com/a/b'],
    ['https://github.com/a/b.git', 'https://github.com/a/b'],
    [
      'https://git.example.com/t/sub/repo/-/blob/main/catalog-info.yaml',
      'https://git.example.com/t/sub/repo',
    ],
    ['http://127.0.0.1:3000/a/b/src/branch/main/', 'http://127.0.0.1:3000/a/b'],
    ['file:///etc/passwd', undefined],
    ['', undefined],
  ])('%s is %s', (address, expected) => {
    expect(repositoryOf(address)).toBe(expected);
  });

  it('is found in the catalog only as a URL', () => {
    const at = (location: string) =>
      sourceOfEntity(
        component('a', {
          annotations: { 'backstage.io/source-location': location },
        }),
      );
    expect(at('url:https://github.com/a/b/tree/main/')).toBe(
      'https://github.com/a/b',
    );
    expect(at('file:/a')).toBeUndefined();
    expect(sourceOfEntity(component('a'))).toBeUndefined();
  });
});
