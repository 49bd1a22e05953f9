import { InputError, NotFoundError } from '@backstage/errors';
import fc from 'fast-check';
import { parseRequestTarget, RequestTarget } from './requestTarget';
import { PROXY_ROUTES } from './routes';

const before = '/v1/entities/component/default/checkout/proxy';
const app = `${before}/main/api/v1/applications/checkout-dev`;
const refusal = (url: string): string => {
  try {
    const { route } = parseRequestTarget(url);
    return `passes as ${route.id}`;
  } catch (error) {
    return (error as Error).name;
  }
};

/** Undefined when it is refused; whatever else goes wrong is thrown. */
function understood(url: string): RequestTarget | undefined {
  try {
    return parseRequestTarget(url);
  } catch (error) {
    if (error instanceof InputError || error instanceof NotFoundError)
      return undefined;
    throw error;
  }
}

describe('the target of a request to the passage', () => {
  it.each<[string, string, object]>([
    ['the Application', app, { route: 'application' }],
    ['its tree', `${app}/resource-tree`, { route: 'resource-tree' }],
    [
      'an encoded name of an Instance',
      app.replace('/main/', '/main%20eu/'),
      { instance: 'main eu' },
    ],
    [
      'a revision with what must be encoded',
      `${app}/revisions/1.2.3%2Bbuild.5/metadata?sourceIndex=1&versionId=2`,
      {
        route: 'revision-metadata',
        revision: '1.2.3+build.5',
        query: { sourceIndex: '1', versionId: '2' },
      },
    ],
    [
      'logs',
      `${app}/logs?namespace=checkout&podName=checkout-0&follow=false&tailLines=20`,
      {
        route: 'logs',
        query: {
          namespace: 'checkout',
          podName: 'checkout-0',
          follow: 'false',
          tailLines: '20',
        },
      },
    ],
    [
      'where the Application must stand',
      `${app}?appNamespace=apps&project=shop`,
      { appNamespace: 'apps', project: 'shop', query: {} },
    ],
  ])('understands %s', (_, url, expected) => {
    const { route, ...target } = parseRequestTarget(url);
    expect({ ...target, route: route.id }).toMatchObject({
      instance: 'main',
      app: 'checkout-dev',
      ...expected,
    });
  });

  it.each([
    ['an encoded slash', `${before}/main/api/v1/applications/..%2Fprojects`],
    ['a doubly encoded one', `${before}/main/api/v1/applications/..%252Fx`],
    ['a needless encoding', `${app}/resource%2Dtree`],
    ['an encoded name', `${before}/main/api/v1/applications/%63heckout-dev`],
    ['dots', `${app}/../../clusters`],
    ['encoded dots', `${before}/main/api/v1/applications/%2e%2e`],
    ['one dot', `${app}/.`],
    ['dots for the Instance', app.replace('/main/', '/%2e%2e/')],
    ['a slash in the Instance', app.replace('/main/', '/main%2Fx/')],
    ['an escape in the Instance', app.replace('/main/', '/ma%2569n/')],
    ['a parameter of the path', `${app};x=1/resource-tree`],
    ['an encoded semicolon', `${app}%3Bx/resource-tree`],
    ['a backslash', `${app}\\resource-tree`],
    ['an encoded backslash', `${app}%5Cresource-tree`],
    ['NUL', `${app}%00`],
    ['NUL in a revision', `${app}/revisions/a%00b/metadata`],
    ['a line break', `${app}%0d%0aHost:%20evil`],
    ['a fragment', `${app}#/resource-tree`],
    ['a doubled slash', `${app}//resource-tree`],
    ['a doubled slash in front', `${before}/main//api/v1/applications/x`],
    ['a trailing slash', `${app}/`],
    ['no Application', `${before}/main/api/v1/applications/`],
    ['overlong UTF-8', `${app}/revisions/%c0%ae%c0%ae/metadata`],
    ['a full-width slash', `${app}/revisions/a%ef%bc%8fb/metadata`],
    ['a slash in a revision', `${app}/revisions/main%2F..%2Fx/metadata`],
    ['dots as revision', `${app}/revisions/../metadata`],
    ['encoded dots as revision', `${app}/revisions/%2e%2e/metadata`],
    ['an encoded route after a revision', `${app}/revisions/abc/meta%64ata`],
    ['a name with capitals', `${before}/main/api/v1/applications/Checkout`],
    ['a too long URL', `${app}?project=${'a'.repeat(5_000)}`],
    ['a repeated key', `${app}?project=shop&project=other`],
    ['a repeated key, encoded', `${app}?project=shop&%70roject=other`],
    ['an array', `${app}?project[]=shop`],
    ['another name', `${app}/resource-tree?name=other`],
    ['a selector', `${app}?selector=a%3Db`],
    ['a refresh', `${app}?refresh=hard`],
    ['a prototype', `${app}?__proto__=x`],
    ['a constructor', `${app}?constructor=x`],
    ['a revision of manifests', `${app}/manifests?revision=refs/pull/1/head`],
    ['an injected key', `${app}?project=shop%26appNamespace%3Dother`],
    ['an empty namespace', `${app}?appNamespace=`],
    ['followed logs', `${app}/logs?namespace=a&podName=b&follow=true`],
    ['followed logs, bare', `${app}/logs?namespace=a&podName=b&follow`],
    ['all lines of a log', `${app}/logs?namespace=a&podName=b&tailLines=0`],
    ['logs of no Pod', `${app}/logs?namespace=a`],
    ['logs by kind', `${app}/logs?namespace=a&kind=Deployment&resourceName=b`],
    ['a resource without name', `${app}/resource?kind=Secret`],
  ])('refuses %s', (_, url) => {
    expect(refusal(url)).toBe('InputError');
  });

  it.each([
    ['projects', `${before}/main/api/v1/projects/shop`],
    ['settings', `${before}/main/api/v1/settings`],
    ['the list', `${before}/main/api/v1/applications`],
    ['a stream', `${before}/main/api/v1/stream/applications/x/resource-tree`],
    ['a terminal', `${before}/main/terminal`],
    ['a session', `${before}/main/api/v1/session`],
    ['another version', `${before}/main/api/v2/applications/x`],
    ['other case', `${before}/main/API/v1/applications/x`],
    ['a sync', `${app}/sync`],
    ['logs of a Pod by path', `${app}/pods/checkout-0/logs`],
    ['a difference by dry run', `${app}/server-side-diff`],
    ['actions', `${app}/resource/actions`],
    ['more than a route', `${app}/resource-tree/x`],
  ])('lets %s not pass', (_, url) => {
    expect(refusal(url)).toBe('NotFoundError');
  });

  const piece = fc.oneof(
    fc.constantFrom(
      ...['..', '.', '', '%2e%2e', '%2F', '%252F', '%5c', '\\', ';', '%00'],
      ...['%', '%zz', '?', '#', '&', '=', '@', ':', '//', '\u2215', '%0a'],
      ...['api', 'v1', 'applications', 'checkout-dev', 'resource-tree'],
      ...['revisions', 'metadata', 'logs', 'abc', 'project', 'name'],
    ),
    fc.string({ maxLength: 4, unit: 'binary' }),
  );

  it('never lets anything pass but an allowed route of a plain name, whatever is sent', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.array(piece, { maxLength: 3 }),
        fc.constantFrom('/', '', '?'),
        (path, more, glue) => {
          const url = `${before}/main/api/v1/applications/${path.join(
            '/',
          )}${glue}${more.join('')}`;
          const target = understood(url);
          if (!target) return;
          expect(PROXY_ROUTES).toContain(target.route);
          expect(target.instance).toBe('main');
          expect(target.app).toMatch(/^[a-z0-9][-a-z0-9.]*$/);
          expect(target.app).not.toMatch(/^\.+$/);
          // What passes is what was written: nothing was normalized on the way.
          const canonical = [
            ...['api', 'v1', 'applications', target.app],
            ...target.route.below.map(segment =>
              segment === ':revision' ? target.revision : segment,
            ),
          ].join('/');
          const [written] = url.slice(`${before}/main/`.length).split('?');
          expect(decodeURIComponent(written)).toBe(canonical);
          expect(target.revision ?? 'x').toMatch(/^[\w.+:-]+$/);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('takes no key twice and none that the route does not know', () => {
    const keys = fc.constantFrom(
      ...['appNamespace', 'project', 'name', 'namespace', 'refresh', 'kind'],
      ...['fields', 'selector', 'repo', 'projects', 'toString', 'follow'],
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(keys, fc.constantFrom('shop', 'x', '1')), {
          maxLength: 4,
        }),
        pairs => {
          const names = pairs.map(([key]) => key);
          const fine =
            new Set(names).size === names.length &&
            names.every(key => key === 'appNamespace' || key === 'project');
          const query = pairs.map(pair => pair.join('=')).join('&');
          expect(refusal(`${app}/resource-tree?${query}`)).toBe(
            fine ? 'passes as resource-tree' : 'InputError',
          );
        },
      ),
    );
  });
});
