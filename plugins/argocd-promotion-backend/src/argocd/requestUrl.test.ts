import fc from 'fast-check';
import { requestUrl } from './requestUrl';

const base = 'https://argocd.example.com/prefix';

describe('requestUrl', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom(
        ...'/\\.;?#%&=+:@ \n\r\t\0',
        '..',
        '%2F',
        '%2e',
        '%252f',
        '\u2028',
        'é',
        '😀',
      ),
    }),
  );
  const walks = (name: string) => ['', '.', '..'].includes(name);

  it('leads every name to its own segment, whatever it holds', () => {
    fc.assert(
      fc.property(nasty, nasty, (name, value) => {
        fc.pre(!walks(name));
        const url = new URL(
          requestUrl(base, ['v1', 'applications', name, 'sync'], {
            project: value,
          }),
        );
        const segments = url.pathname.split('/');
        expect(segments.map(decodeURIComponent)).toEqual([
          '',
          'prefix',
          'api',
          'v1',
          'applications',
          name,
          'sync',
        ]);
        expect([...url.searchParams]).toEqual([['project', value]]);
        expect(url.origin).toBe('https://argocd.example.com');
        expect(url.hash).toBe('');
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['', '.', '..', '\ud800'])(
    'refuses %j, which no encoding can protect',
    name => {
      expect(() => requestUrl(base, ['v1', 'applications', name])).toThrow(
        /not a name/,
      );
    },
  );
});
