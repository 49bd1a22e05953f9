import fc from 'fast-check';
import { requestUrl } from './requestUrl';

const base = 'https://argocd.example.com/prefix';

const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8');

describe('requestUrl', () => {
  it('leads every name to its own segment, whatever it holds', () => {
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
    fc.assert(
      fc.property(nasty, nasty, (name, value) => {
        let url: URL;
        try {
          url = new URL(
            requestUrl(base, ['v1', 'applications', name, 'sync'], {
              project: value,
            }),
          );
        } catch (error) {
          expect(error).toMatchObject({ name: 'InputError' });
          expect(
            ['', '.', '..'].includes(name) || name !== wellFormed(name),
          ).toBe(true);
          return;
        }
        const segments = url.pathname.split('/');
        expect(segments).toHaveLength(7);
        expect(segments.slice(0, 5)).toEqual([
          '',
          'prefix',
          'api',
          'v1',
          'applications',
        ]);
        expect(decodeURIComponent(segments[5])).toBe(name);
        expect(segments[6]).toBe('sync');
        expect([...url.searchParams]).toEqual([['project', wellFormed(value)]]);
        expect(url.origin).toBe('https://argocd.example.com');
        expect(url.hash).toBe('');
      }),
      { numRuns: 2_000 },
    );
  });
});
