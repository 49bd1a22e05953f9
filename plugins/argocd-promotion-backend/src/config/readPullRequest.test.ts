import { ConfigReader } from '@backstage/config';
import { readPullRequest } from './readPullRequest';

describe('readPullRequest', () => {
  it.each([
    [undefined, undefined],
    [{}, {}],
    [
      { labels: 'promotion', reviewers: ['ana', 'team:payments'], draft: true },
      {
        labels: ['promotion'],
        reviewers: ['ana', 'team:payments'],
        draft: true,
      },
    ],
    [{ autoMerge: 'squash' }, { autoMerge: 'squash' }],
    [{ autoMerge: true, draft: false }, { autoMerge: true }],
  ])('reads %j', (data, read) => {
    expect(readPullRequest(data && new ConfigReader(data), 'here')).toEqual(
      read,
    );
  });

  it.each([
    [{ labels: [''] }, /here\.labels must hold names/],
    [{ autoMerge: 'octopus' }, /here\.autoMerge must be true, false, merge/],
    [{ draft: true, autoMerge: true }, /either draft or autoMerge/],
  ])('refuses %j', (data, message) => {
    expect(() => readPullRequest(new ConfigReader(data), 'here')).toThrow(
      message,
    );
  });
});
