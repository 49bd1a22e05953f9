import { plan } from './__testUtils__/plans';
import { corpus } from './__testUtils__/corpus';

describe('manifests as teams write them', () => {
  it.each(corpus)('edits $name', async ({ files, sources, patch }) => {
    const { edits } = await plan(files, sources);
    expect(edits).toHaveLength(1);
    expect(edits[0].patch).toBe(patch);
    // What is shown is what is written: the same digest, and nothing to do the next time.
    const after = Buffer.from(edits[0].after).toString('utf8');
    const again = await plan({ ...files, [edits[0].path]: after }, sources);
    expect(again.edits).toEqual([]);
  });
});
