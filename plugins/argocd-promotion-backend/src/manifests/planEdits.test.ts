import { ManifestSource } from '@fairway/backstage-plugin-argocd-promotion-node';
import {
  digest,
  image,
  old,
  plan,
  repository,
  repoURL,
  source,
} from './__testUtils__/plans';
import { decodeText, encodeText, gitBlobId } from './bytes';
import { PlanEditsOptions } from './planTypes';

async function edited(
  files: Record<string, string>,
  sources: ManifestSource[],
  more: Partial<PlanEditsOptions> = {},
) {
  const { edits } = await plan(files, sources, more);
  return Object.fromEntries(
    edits.map(({ path, after }) => [path, decodeText(after, path)]),
  );
}

describe('planEdits', () => {
  it('replaces tag and digest of a kustomize entry and no other byte', async () => {
    const before = `\uFEFF# why: see the runbook\r\nresources: [../base]\r\nimages:\r\n  - name: ${repository} # the shop\r\n    newTag: '1.2.0'   # tag\r\n    digest: ${old}\r\n  - name: other\r\n    newTag: x\r\n`;
    const files = { 'prod/kustomization.yaml': before };
    expect(await edited(files, [source('prod')])).toEqual({
      'prod/kustomization.yaml': before
        .replace('1.2.0', '1.3.0')
        .replace(old, digest),
    });
  });

  it('adds the digest beside a mutable tag, in the same style', async () => {
    const before = `images:\n- name: app\n  newName: ${repository}\n  newTag: "1.2.0" # keep\nresources:\n- ../base`;
    expect(
      await edited({ 'prod/kustomization.yaml': before }, [source('prod')]),
    ).toEqual({
      'prod/kustomization.yaml': `images:\n- name: app\n  newName: ${repository}\n  newTag: "1.3.0" # keep\n  digest: "${digest}"\nresources:\n- ../base`,
    });
  });

  it('keeps flow style', async () => {
    const before = `images: [{name: ${repository}, newTag: 1.2.0}, {name: b, newTag: x}]\n`;
    expect(
      await edited({ 'prod/kustomization.yml': before }, [source('prod')]),
    ).toEqual({
      'prod/kustomization.yml': `images: [{name: ${repository}, newTag: 1.3.0, digest: ${digest}}, {name: b, newTag: x}]\n`,
    });
  });

  it('quotes a tag that would be read as a number', async () => {
    const before = `images:\n- name: ${repository}\n  newTag: v1\n  digest: ${old}\n`;
    const after = await edited(
      { 'prod/kustomization.yaml': before },
      [source('prod')],
      { images: [{ ...image, tag: '1.10' }] },
    );
    expect(after['prod/kustomization.yaml']).toContain('newTag: "1.10"\n');
  });

  it('pins in the overlay what only a shared base pins', async () => {
    const files = {
      'base/kustomization.yaml': `resources: [deployment.yaml]\nimages:\n- name: ${repository}\n  newTag: 1.2.0\n`,
      'base/deployment.yaml': `kind: Deployment\nmetadata: {name: checkout}\nspec: {template: {spec: {containers: [{name: c, image: "${repository}:1.0"}]}}}\n`,
      'prod/kustomization.yaml': `resources:\n- ../base\n# end\n`,
    };
    expect(
      await edited(files, [source('prod')], {
        otherApplications: [
          { name: 'checkout-dev', sources: [source('base')] },
        ],
      }),
    ).toEqual({
      'prod/kustomization.yaml': `resources:\n- ../base\nimages:\n- name: ${repository}\n  newTag: 1.3.0\n  digest: ${digest}\n# end\n`,
    });
  });

  it('refuses a file that another environment renders', async () => {
    const files = {
      'all/kustomization.yaml': `images:\n- name: ${repository}\n  newTag: 1.2.0\n`,
    };
    const otherApplications = [
      { name: 'checkout-dev', sources: [source('all')] },
    ];
    await expect(
      plan(files, [source('all')], { otherApplications }),
    ).rejects.toThrow(/also rendered by the Application checkout-dev/);
  });

  it('edits every container of plain manifests, in all documents', async () => {
    const before = `# first\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  text: |\n    image: ${repository}:1.2.0\n---\nkind: CronJob\nmetadata:\n  name: nightly\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          initContainers:\n          - name: migrate\n            image: &i "${repository}:1.2.0" # pinned\n          containers:\n          - {name: main, image: *i}\n          - name: proxy\n            image: envoy:1\n`;
    const { edits } = await plan({ 'prod/cron.yaml': before }, [
      source('prod'),
    ]);
    expect(decodeText(edits[0].after, '')).toBe(
      before.replace(
        `&i "${repository}:1.2.0"`,
        `&i "${repository}:1.3.0@${digest}"`,
      ),
    );
    expect(edits[0].where[0]).toContain('container migrate of CronJob nightly');
    expect(edits[0].blobBefore).toBe(gitBlobId(encodeText(before)));
  });

  it('writes Helm values to the own value file of a multi-source Application', async () => {
    const files = {
      'chart/Chart.yaml': 'name: checkout\n',
      'chart/values.yaml': `image:\n  repository: ${repository}\n  tag: 1.0.0\n`,
      'envs/prod/values.yaml': `replicas: 2\nimage:\n  tag: 1.2.0@${old}\n`,
    };
    const sources = [
      source('chart', {
        helm: { valueFiles: ['$values/envs/prod/values.yaml'] },
      }),
      { repoURL, targetRevision: 'main', ref: 'values' },
    ];
    expect(await edited(files, sources)).toEqual({
      'envs/prod/values.yaml': `replicas: 2\nimage:\n  tag: 1.3.0@${digest}\n`,
    });
  });

  it('sets digest and tag where the chart reads a digest, adding what the own file lacks', async () => {
    const files = {
      'chart/Chart.yaml': 'name: checkout\n',
      'chart/values.yaml': `checkout:\n  image:\n    registry: registry.example.com\n    repository: shop/checkout\n    tag: 1.0.0\n    digest: ""\n`,
      'chart/values-prod.yaml': `checkout:\n  replicas: 2\n`,
    };
    expect(
      await edited(files, [
        source('chart', { helm: { valueFiles: ['values-prod.yaml'] } }),
      ]),
    ).toEqual({
      'chart/values-prod.yaml': `checkout:\n  replicas: 2\n  image:\n    tag: 1.3.0\n    digest: ${digest}\n`,
    });
  });

  it('changes nothing when the digest is pinned already', async () => {
    const files = {
      'prod/kustomization.yaml': `images:\n- name: ${repository}\n  newTag: other\n  digest: ${digest}\n`,
    };
    expect(await plan(files, [source('prod')])).toEqual({
      base: [{ repo: repoURL, branch: 'main', commit: 'c'.repeat(40) }],
      edits: [],
      changes: [],
    });
  });

  it('follows the annotation, with the name of the environment', async () => {
    const files = { 'envs/prod/app.yaml': 'x:\n  version: 1.2.0\n' };
    const annotations = {
      'argocd-promotion.fairway.dev/image-path': `${repository}=/envs/{environment}/app.yaml#x.version`,
    };
    expect(
      await edited(files, [source('envs/prod')], {
        annotations,
        environment: 'prod',
      }),
    ).toEqual({
      'envs/prod/app.yaml': `x:\n  version: 1.3.0@${digest}\n`,
    });
  });

  it.each([
    ['v1.2.0', /is no branch/],
    ['1.*', /a version range/],
    ['0123456789', /a commit, not a branch/],
  ])('refuses the targetRevision %s', async (targetRevision, message) => {
    const files = {
      'prod/kustomization.yaml': `images:\n- name: ${repository}\n  newTag: 1\n`,
    };
    await expect(
      plan(files, [source('prod', { targetRevision })]),
    ).rejects.toThrow(message);
  });

  it('says where it looked when the image is not pinned', async () => {
    await expect(
      plan({ 'prod/a.yaml': 'kind: ConfigMap\n' }, [source('prod')]),
    ).rejects.toThrow(
      /Looked at: containers of the manifests in prod.*argocd-promotion.fairway.dev\/image-path/,
    );
  });

  it('refuses overrides in the Application, hydrated sources, and duplicate keys', async () => {
    const files = {
      'prod/kustomization.yaml': `images:\n- name: ${repository}\n  newTag: 1\n  newTag: 2\n`,
    };
    await expect(plan(files, [source('prod')])).rejects.toThrow(
      /'newTag' twice in one map \(line 4\)/,
    );
    await expect(
      plan(files, [
        source('prod', { kustomize: { images: [`${repository}:1`] } }),
      ]),
    ).rejects.toThrow(/overrides every file/);
    await expect(
      plan(files, [], {
        applications: [
          {
            name: 'a',
            namespace: 'b',
            sources: [source('prod')],
            hydrated: true,
          },
        ],
      }),
    ).rejects.toThrow(/hydrated/);
  });

  it('masks secrets in the context of the patch', async () => {
    const files = {
      'prod/kustomization.yaml': `password: hunter2\nimages:\n- name: ${repository}\n  newTag: 1.2.0\n  digest: ${old}\n`,
    };
    const { edits } = await plan(files, [source('prod')]);
    expect(edits[0].patch).not.toContain('hunter2');
    expect(edits[0].patch).toContain(
      `-  digest: ${old}\n+  newTag: 1.3.0\n+  digest: ${digest}\n`,
    );
  });
});
