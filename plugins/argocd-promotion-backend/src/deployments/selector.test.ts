import { labelsOfSelector } from './selector';

describe('labelsOfSelector', () => {
  it.each([
    ['app=shop', [['app', 'shop']]],
    ['tier!=web, app == shop,x>1', [['app', 'shop']]],
    [
      '!x,env in (dev, prod)',
      [
        ['env', 'dev'],
        ['env', 'prod'],
      ],
    ],
    ['tier!=web', undefined],
    ['tier notin (web)', undefined],
    ['tier', undefined],
  ])('of %s', (text, labels) => {
    expect(labelsOfSelector(text)).toEqual(labels);
  });
});
