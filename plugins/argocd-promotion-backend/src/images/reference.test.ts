import fc from 'fast-check';
import {
  digestOfImageId,
  normalizeRepository,
  parseImageReference,
} from './reference';

const sha =
  'sha256:51ec671a116f35d427195ee57a3fa3e07ae47696df6baeef1e544e62a8329158';

describe('parseImageReference', () => {
  it.each([
    ['nginx', { repository: 'nginx' }],
    ['nginx:1.27', { repository: 'nginx', tag: '1.27' }],
    ['localhost:5000/a', { repository: 'localhost:5000/a' }],
    ['localhost:5000/a:1', { repository: 'localhost:5000/a', tag: '1' }],
    [
      `r.io:443/a/b:1.2@${sha}`,
      { repository: 'r.io:443/a/b', tag: '1.2', digest: sha },
    ],
    [`a@${sha}`, { repository: 'a', digest: sha }],
  ])('reads %s', (text, expected) => {
    expect(parseImageReference(text)).toEqual(expected);
  });

  it.each([
    '',
    'a:',
    ':1',
    'a@',
    'a@sha256:xyz',
    'a b',
    `@${sha}`,
    `a@${sha}@${sha}`,
  ])('refuses %p', text => {
    expect(parseImageReference(text)).toBeUndefined();
  });

  it('takes apart what was put together, whatever the parts', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}(?:[._-][a-z0-9]{1,4})?$/);
    const host = fc.option(
      fc
        .tuple(part, fc.option(fc.integer({ min: 1, max: 65535 })))
        .map(([name, port]) => `${name}.io${port ? `:${port}` : ''}`),
    );
    const tag = fc.option(
      fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}$/),
      { nil: undefined },
    );
    const digest = fc.option(
      fc.stringMatching(/^[0-9a-f]{64}$/).map(hex => `sha256:${hex}`),
      { nil: undefined },
    );
    fc.assert(
      fc.property(
        host,
        fc.array(part, { minLength: 1, maxLength: 3 }),
        tag,
        digest,
        (h, path, t, d) => {
          const repository = [...(h ? [h] : []), ...path].join('/');
          const text = `${repository}${t ? `:${t}` : ''}${d ? `@${d}` : ''}`;
          expect(parseImageReference(text)).toEqual({
            repository,
            ...(t ? { tag: t } : {}),
            ...(d ? { digest: d } : {}),
          });
        },
      ),
    );
  });
});

describe('normalizeRepository', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx'],
    ['bitnami/redis', 'docker.io/bitnami/redis'],
    ['docker.io/nginx', 'docker.io/library/nginx'],
    ['index.docker.io/library/nginx', 'docker.io/library/nginx'],
    ['localhost/a', 'localhost/a'],
    ['localhost:5000/a', 'localhost:5000/a'],
    ['ghcr.io/a/b', 'ghcr.io/a/b'],
  ])('%s → %s', (from, to) => {
    expect(normalizeRepository(from)).toBe(to);
    expect(normalizeRepository(to)).toBe(to);
  });
});

describe('digestOfImageId', () => {
  it.each([
    [`docker-pullable://r.io/a@${sha}`, { digest: sha, repository: 'r.io/a' }],
    [`r.io:5000/a@${sha}`, { digest: sha, repository: 'r.io:5000/a' }],
    [sha, { digest: sha }],
    [`docker://${sha}`, { digest: sha }],
  ])('reads %s', (text, expected) => {
    expect(digestOfImageId(text)).toEqual(expected);
  });
  it.each(['', 'r.io/a:1', 'docker://'])('knows nothing of %p', text => {
    expect(digestOfImageId(text)).toBeUndefined();
  });
});
