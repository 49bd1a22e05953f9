import { plan, digest, repository, source } from './__testUtils__/plans';

const configMap = (i: number) =>
  `kind: ConfigMap\nmetadata: {name: c${i}}\ndata:\n${`  k: "${'x'.repeat(
    2_400,
  )}"\n`}`;

describe('a file of five megabytes', () => {
  it('is edited in its one document that pins the image', async () => {
    const deployment = `kind: Deployment\nmetadata: {name: checkout}\nspec: {template: {spec: {containers: [{name: c, image: "${repository}:1.2.0"}]}}}\n`;
    const documents = Array.from({ length: 2_100 }, (_, i) => configMap(i));
    documents[1_500] = deployment;
    // Broken, but nobody has to read it.
    documents[7] = 'kind: ConfigMap\nkind: ConfigMap\n';
    const before = documents.join('---\n');
    expect(before.length).toBeGreaterThan(5_000_000);
    const { edits } = await plan({ 'prod/all.yaml': before }, [source('prod')]);
    const after = Buffer.from(edits[0].after).toString('utf8');
    expect(
      after ===
        before.replace(`${repository}:1.2.0`, `${repository}:1.3.0@${digest}`),
    ).toBe(true);
  });

  it('is edited when it is one document', async () => {
    const keys = Array.from(
      { length: 40_000 },
      (_, i) => `  key${i}: {value: "${'x'.repeat(100)}"} # ${i}`,
    ).join('\n');
    const before = `other:\n${keys}\nimages:\n- name: ${repository}\n  newTag: 1.2.0 # pin\n`;
    expect(before.length).toBeGreaterThan(5_000_000);
    const yaml = jest.requireActual<typeof import('yaml')>('yaml');
    const parse = jest.spyOn(yaml, 'parseDocument');
    const { edits } = await plan({ 'prod/kustomization.yaml': before }, [
      source('prod'),
    ]);
    // Once to find the pin, once to prove the edit.
    expect(
      parse.mock.calls.filter(([text]) => text.length > 1_000_000),
    ).toHaveLength(2);
    parse.mockRestore();
    expect(edits[0].patch.split('\n').slice(3, -1)).toEqual([
      '-  newTag: 1.2.0 # pin',
      '+  newTag: 1.3.0 # pin',
      `+  digest: ${digest}`,
    ]);
    const after = Buffer.from(edits[0].after).toString('utf8');
    expect(
      after ===
        before.replace('1.2.0 # pin', `1.3.0 # pin\n  digest: ${digest}`),
    ).toBe(true);
  }, 60_000);
});
