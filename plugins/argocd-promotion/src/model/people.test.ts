import { splitRefs, withNames } from './people';

describe('people', () => {
  it('are found in a sentence, and named without kind and namespace', () => {
    const said =
      'Only owners (group:default/payments) may, and user:default/sam.stranger is none.';
    expect(splitRefs(said).filter(({ ref }) => ref)).toEqual([
      { text: 'group:default/payments', ref: true },
      { text: 'user:default/sam.stranger', ref: true },
    ]);
    expect(withNames(said)).toBe(
      'Only owners (payments) may, and sam.stranger is none.',
    );
    expect(withNames('Approved by user:default/ana.')).toBe('Approved by ana.');
    expect(withNames('pulls registry:5000/shop/checkout')).toBe(
      'pulls registry:5000/shop/checkout',
    );
  });
});
