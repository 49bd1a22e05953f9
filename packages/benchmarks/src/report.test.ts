import { insertReport } from './report';
import { toTable } from './table';

describe('the page of figures', () => {
  it('takes the newest table between its marks and keeps every other word', () => {
    const page =
      'Before\n<!-- measured: begin -->\n\nold\n\n<!-- measured: end -->\nAfter\n';
    expect(insertReport(page, { table: '| new |', machine: '2 cores' })).toBe(
      'Before\n<!-- measured: begin -->\n\n| new |\n\nMeasured on 2 cores.\n\n<!-- measured: end -->\nAfter\n',
    );
    expect(() => insertReport('no marks', { table: '', machine: '' })).toThrow(
      'lacks the marks',
    );
  });

  it('says of every goal whether it was met', () => {
    const table = toTable([
      { figure: 'a | b', goal: '1', measured: '1', met: true, note: 'so' },
      { figure: 'c', goal: '1', measured: '2', met: false },
    ]);
    expect(table.split('\n').slice(2)).toEqual([
      '| a \\| b | 1 | 1 | met | so |',
      '| c | 1 | 2 | **missed** |  |',
    ]);
  });
});
