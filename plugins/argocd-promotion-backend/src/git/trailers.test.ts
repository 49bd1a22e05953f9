import { trailerValues } from './trailers';

describe('trailerValues', () => {
  it('reads the last paragraph only', () => {
    const message =
      'Promote\n\nPromotion-Id: 1\nis only said\n\nPromotion-id:  2 \r\nPromoted-By: user:default/ana\n';
    expect(trailerValues(message, 'Promotion-Id')).toEqual(['2']);
    expect(trailerValues('Promotion', 'Promotion-Id')).toEqual([]);
  });
});
