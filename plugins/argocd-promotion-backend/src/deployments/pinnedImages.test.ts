import { pinnedDifference, pinnedImages } from './pinnedImages';

const digest = (start: string) => `sha256:${start.padEnd(64, '0')}`;

describe('what manifests pin', () => {
  it.each([
    [
      `images:\n  - name: shop\n    newTag: 1.7.0\n    digest: ${digest('ab')}`,
      ['1.7.0', 'ab000000'],
    ],
    ['image:\n  tag: "2.0" # moved by promotion', ['2.0']],
    [`image: registry:5000/shop/app:1.2@${digest('cd')}`, ['1.2', 'cd000000']],
    ['image: registry:5000/shop/app', []],
    ['stage: prod\nport: 8080', []],
  ])('%s', (text, pins) => {
    expect(pinnedImages(text)).toEqual(pins);
  });

  it('differ only where they differ', () => {
    expect(
      pinnedDifference(
        `tag: 1.0\ndigest: ${digest('ab')}`,
        `tag: 1.0\ndigest: ${digest('cd')}`,
      ),
    ).toEqual({ before: ['ab000000'], after: ['cd000000'] });
  });
});
