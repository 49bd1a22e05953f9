import { freezeAt } from './freezeWindows';

const berlin = (config: object) => ({ timeZone: 'Europe/Berlin', ...config });
const until = (config: object, now: string) =>
  freezeAt(berlin(config), new Date(now))?.until.toISOString();

describe('freezeAt', () => {
  const weekend = { weekly: [{ from: 'Fri 16:00', to: 'Mon 08:00' }] };

  it.each([
    ['Friday before', '2026-11-27T14:59:00Z', undefined],
    [
      'Friday at the minute',
      '2026-11-27T15:00:00Z',
      '2026-11-30T07:00:00.000Z',
    ],
    ['Sunday', '2026-11-29T12:00:00Z', '2026-11-30T07:00:00.000Z'],
    ['Monday before', '2026-11-30T06:59:59Z', '2026-11-30T07:00:00.000Z'],
    ['Monday at the minute', '2026-11-30T07:00:00Z', undefined],
    [
      'the night when clocks go back',
      '2026-10-24T22:00:00Z',
      '2026-10-26T07:00:00.000Z',
    ],
    [
      'the night when clocks go on',
      '2026-03-28T22:00:00Z',
      '2026-03-30T06:00:00.000Z',
    ],
  ])('keeps a weekend by local time: %s', (_, now, expected) => {
    expect(until(weekend, now)).toBe(expected);
  });

  it('ends once in the hour that comes twice', () => {
    // In Berlin 02:30 comes at 00:30 and at 01:30 UTC on this day.
    const night = { weekly: [{ from: 'Sat 22:00', to: 'Sun 02:30' }] };
    const first = '2026-10-25T00:30:00.000Z';
    expect(until(night, '2026-10-25T00:29:00Z')).toBe(first);
    expect(until(night, first)).toBeUndefined();
    expect(until(night, '2026-10-25T01:10:00Z')).toBeUndefined();
    // And one that begins in the hour that is left out begins after it.
    const early = { weekly: [{ from: 'Sun 02:30', to: 'Sun 05:00' }] };
    expect(until(early, '2026-03-29T00:59:00Z')).toBeUndefined();
    expect(until(early, '2026-03-29T01:00:00Z')).toBe(
      '2026-03-29T03:00:00.000Z',
    );
  });

  it('keeps a window within one day, and one that is a whole week', () => {
    const lunch = { weekly: [{ from: 'Wed 12:00', to: 'Wed 13:00' }] };
    expect(until(lunch, '2026-11-25T11:30:00Z')).toBe(
      '2026-11-25T12:00:00.000Z',
    );
    expect(until(lunch, '2026-11-25T12:30:00Z')).toBeUndefined();
    const always = { weekly: [{ from: 'Wed 12:00', to: 'Wed 12:00' }] };
    expect(until(always, '2026-11-25T11:30:00Z')).toBeDefined();
  });

  it('joins what overlaps or adjoins, and tells the first reason', () => {
    const config = {
      ...weekend,
      periods: [
        { from: '2026-11-30T08:00', to: '2026-12-02', reason: 'Sale' },
        { from: '2026-12-01', to: '2026-12-03T09:30' },
      ],
    };
    expect(until(config, '2026-11-28T00:00:00Z')).toBe(
      '2026-12-03T08:30:00.000Z',
    );
    expect(
      freezeAt(berlin(config), new Date('2026-12-01T00:00:00Z'))?.reason,
    ).toBe('Sale');
  });

  it('takes a last day to its end, also as YAML reads it', () => {
    const day = new Date('2026-12-24T00:00:00Z');
    const config = { periods: [{ from: day, to: day }] };
    expect(until(config, '2026-12-24T22:59:59Z')).toBe(
      '2026-12-24T23:00:00.000Z',
    );
    expect(until(config, '2026-12-24T23:00:00Z')).toBeUndefined();
  });

  it.each([
    [{}, /neither 'periods' nor 'weekly'/],
    [{ timeZone: 'Mars/Base', ...weekend }, /Mars\/Base.*Europe\/Berlin/],
    [{ weekly: [{ from: 'Freitag', to: 'Mon 08:00' }] }, /Fri 16:00/],
    [{ weekly: [{ from: 'Fri 25:00', to: 'Mon 08:00' }] }, /Fri 16:00/],
    [{ weekly: 'Fri' }, /needs a list/],
    [{ periods: [{ from: '2026-12-24' }] }, /needs 'from' and 'to'/],
    [{ periods: [{ from: 'soon', to: '2026-12-24' }] }, /'soon'/],
    [
      { periods: [{ from: '2026-12-24', to: '2026-12-20' }] },
      /before it begins/,
    ],
  ])('refuses %j', (config, message) => {
    expect(() => freezeAt(config, new Date())).toThrow(message);
  });
});
