import { trailerValues, withCoAuthor } from './trailers';

describe('trailerValues', () => {
  it('reads the last paragraph only', () => {
    const message =
      'Promote\n\nPromotion-Id: 1\nis only said\n\nPromotion-id:  2 \r\nPromoted-By: user:default/ana\n';
    expect(trailerValues(message, 'Promotion-Id')).toEqual(['2']);
    expect(trailerValues('Promotion', 'Promotion-Id')).toEqual([]);
  });
});

describe('withCoAuthor', () => {
  const ana = { name: 'Ana', email: 'ana@example.com' };
  it.each([
    ['Promote\n\nPromotion-Id: 1\n', 'Promote\n\nPromotion-Id: 1\n'],
    ['Promote: all', 'Promote: all\n\n'],
    ['Promote\n\nSome words', 'Promote\n\nSome words\n\n'],
  ])('keeps the trailers of %j together', (message, before) => {
    expect(withCoAuthor(message, ana)).toBe(
      `${before}Co-authored-by: Ana <ana@example.com>\n`,
    );
    expect(withCoAuthor(message, undefined)).toBe(message);
  });
});
