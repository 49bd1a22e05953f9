import fc from 'fast-check';
import { KnownSecrets } from './KnownSecrets';

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('KnownSecrets', () => {
  it('hides a secret in every form that it travels in, wherever it stands', () => {
    fc.assert(
      fc.property(
        // Of other letters than the text around it, so that what is found is the secret.
        fc.stringMatching(/^[A-Z"\\/ +&]{6,30}$/),
        fc.constantFrom<(secret: string) => string>(
          secret => secret,
          encodeURIComponent,
          secret => JSON.stringify(secret),
          secret => Buffer.from(secret).toString('base64'),
          secret => Buffer.from(secret).toString('base64url'),
        ),
        (secret, form) => {
          const secrets = new KnownSecrets();
          secrets.add(secret);
          const told = secrets.hide(`you said ${form(secret)}, did you?`);
          expect(told).not.toContain(form(secret).replace(/^"|"$/g, ''));
          expect(told).toMatch(/^you said .*\*\*\*.*, did you\?$/s);
        },
      ),
    );
  });

  it.each([
    ['the whole header', 'Bearer opaque-token', 'it was Bearer opaque-token'],
    ['the token without its scheme', 'token abcdefgh1', 'bad: abcdefgh1'],
    ['the pair of a login', basic('ana:pa ss!word'), 'login ana:pa ss!word'],
    ['the password of a login', basic('ana:pa ss!word'), 'no pa ss!word here'],
    ['a cookie', 'session=abcdefgh1; path=/', 'expired: abcdefgh1'],
  ])('hides %s', (_, header, text) => {
    const secrets = new KnownSecrets();
    secrets.addHeader(header);
    expect(secrets.hide(text)).toMatch(/\*\*\*/);
    expect(secrets.hide(text)).not.toMatch(/opaque|abcdefgh1|ss!word/);
  });

  it('leaves ordinary words, and short ones, alone', () => {
    const secrets = new KnownSecrets();
    secrets.add('abc');
    secrets.addHeader('Bearer of-news');
    expect(secrets.hide('abc of the bear')).toBe('abc of the bear');
  });

  it('remembers the newest of many that were learned, and all that are configured', () => {
    const secrets = new KnownSecrets();
    secrets.add('configured');
    for (let i = 0; i < 1_000; i += 1) secrets.learn(`session-${i}-`);
    expect(secrets.hide('configured session-999- session-990-')).toBe(
      '*** *** ***',
    );
    expect(secrets.hide('session-0-')).toBe('session-0-');
  });
});
