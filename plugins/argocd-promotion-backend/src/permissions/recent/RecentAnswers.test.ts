import { RecentAnswers } from './RecentAnswers';

describe('RecentAnswers', () => {
  let time = 0;
  const create = (maxEntries?: number) =>
    new RecentAnswers<string>({
      forMs: 100,
      now: () => time,
      ...(maxEntries ? { maxEntries } : {}),
    });
  beforeEach(() => {
    time = 0;
  });

  it('asks once for all who ask at the same moment, and again when it is too old', async () => {
    const answers = create();
    const ask = jest.fn(async () => `asked at ${time}`);
    const [one, other] = await Promise.all([
      answers.get('a', ask),
      answers.get('a', ask),
    ]);
    expect([one, other]).toEqual(['asked at 0', 'asked at 0']);
    time = 99;
    expect(await answers.get('a', ask)).toBe('asked at 0');
    time = 100;
    expect(await answers.get('a', ask)).toBe('asked at 100');
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('counts the age from when it was asked, not from when it was answered', async () => {
    const answers = create();
    let answer = (_: string) => {};
    const slow = answers.get('a', () => new Promise(ok => (answer = ok)));
    time = 90;
    answer('old');
    expect(await slow).toBe('old');
    time = 101;
    expect(await answers.get('a', async () => 'new')).toBe('new');
  });

  it('tells apart what is asked', async () => {
    const answers = create();
    await answers.get('a', async () => 'of a');
    expect(await answers.get('b', async () => 'of b')).toBe('of b');
  });

  it('forgets failures, and gives them to all who waited', async () => {
    const answers = create();
    const fails = async () => {
      throw new Error('down');
    };
    await Promise.all([
      expect(answers.get('a', fails)).rejects.toThrow('down'),
      expect(answers.get('a', fails)).rejects.toThrow('down'),
    ]);
    expect(await answers.get('a', async () => 'up')).toBe('up');
  });

  it('keeps no more than it may, and nothing that is too old', async () => {
    const answers = create(3);
    for (let i = 0; i < 10; i++) {
      time += 1;
      await answers.get(String(i), async () => 'x');
    }
    expect(answers.size).toBe(3);
    time += 1_000;
    await answers.get('last', async () => 'x');
    expect(answers.size).toBe(1);
  });
});
