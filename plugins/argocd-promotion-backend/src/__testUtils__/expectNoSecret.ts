/** Every form in which a secret travels: as it is, in URLs, in JSON, and as user and password of Basic. */
function formsOf(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    ...[secret, ...['', 'u:', 'oauth2:', 'backstage:'].map(u => u + secret)]
      .map(text => Buffer.from(text))
      .flatMap(bytes => [
        bytes.toString('base64'),
        bytes.toString('base64url'),
      ]),
  ].filter(form => !form.endsWith(':'));
}

/** Fails with the place and the form of a secret, and some text around it. */
export function expectNoSecret(
  secrets: string[],
  places: Record<string, unknown>,
): void {
  const found = Object.entries(places).flatMap(([place, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return secrets.flatMap(formsOf).flatMap(form => {
      const at = text.indexOf(form);
      return at < 0
        ? []
        : [`${place}: ${text.slice(Math.max(0, at - 200), at + 100)}`];
    });
  });
  expect(found).toEqual([]);
}
