import { heldBytes } from './heldBytes';

const texts = (count: number, length: (n: number) => number) =>
  Array.from({ length: count }, (_, n) => 'x'.repeat(length(n)));

describe('heldBytes', () => {
  it('weighs few of them exactly', () => {
    const values = texts(7, n => n);
    expect(heldBytes(7, () => values)).toBe(
      values.reduce((sum, value) => sum + JSON.stringify(value).length, 0),
    );
    expect(heldBytes(0, () => [])).toBe(0);
  });

  it('weighs fifty of many, spread over all of them', () => {
    const values = texts(5_000, n => (n < 2_500 ? 98 : 298));
    let looked = 0;
    const counted = values.map(value => ({
      toJSON() {
        looked++;
        return value;
      },
    }));
    expect(heldBytes(5_000, () => counted)).toBe(5_000 * 200);
    expect(looked).toBe(50);
  });
});
