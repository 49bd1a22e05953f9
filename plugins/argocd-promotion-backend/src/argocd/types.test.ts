import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Corrected, Described, Query, Read } from './api/described';
import { ApplicationField } from './types';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');

describe('types of Argo CD', () => {
  it('are what its description gives', async () => {
    await expect(
      run(process.execPath, [
        join(root, 'scripts', 'argocd-types.mjs'),
        '--check',
      ]),
    ).resolves.toMatchObject({ stderr: '' });
  });

  it('do not compile with what the description lacks', () => {
    type Status = Described['v1alpha1SyncStatus'];
    // @ts-expect-error no such field to read
    const read: Read<Status, 'state'> = {};
    // @ts-expect-error no such field to correct
    const corrected: Corrected<Status, { state?: string }> = {};
    // @ts-expect-error no such field to ask for
    const field: ApplicationField = 'status.sync.state';
    // @ts-expect-error no such part of a query
    const query: Query<'ApplicationService_Get'> = { namespace: 'argocd' };
    expect([read, corrected, field, query]).toHaveLength(4);
  });
});
