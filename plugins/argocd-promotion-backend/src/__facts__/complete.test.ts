import { recordingNames } from '../__testUtils__/recordings';
import {
  contractTables,
  productTables,
  readTable,
  tablesIn,
} from './__testUtils__/tables';

describe('the tables of facts', () => {
  it('have a row for each recording, and no row without one', () => {
    const rows = [productTables, contractTables].flatMap(folder =>
      tablesIn(folder).flatMap(table =>
        readTable(table, folder).map(([name]) => name),
      ),
    );
    expect([...new Set(rows)].sort()).toEqual(
      [...recordingNames('json'), ...recordingNames('ndjson')].sort(),
    );
  });
});
