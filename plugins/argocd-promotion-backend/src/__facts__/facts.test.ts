import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApplicationDetails } from '@fairway/backstage-plugin-argocd-promotion-common';
import { parse } from 'yaml';
import {
  readApplication,
  readEvents,
  readRecording,
  readStream,
  recordingNames,
} from '../__testUtils__/recordings';
import { errorFromResponse } from '../argocd/errors';
import { parseList } from '../argocd/listParser';
import { jsonLines } from '../argocd/lines';
import { parseApplication } from '../argocd/parseApplication';
import { Application, ResourceTree } from '../argocd/types';
import { operationOf } from '../deployments/operation';
import { applicationDetails } from '../deployments/view';
import {
  currentPods,
  imagesOfPods,
  imagesOfSpec,
  podFacts,
} from '../inventory/runningImages';

const context = {
  frontendUrl: () => undefined,
  lastCommit: () => undefined,
  ownCommit: () => undefined,
  sightings: () => [],
  commitUrl: () => undefined,
};
const detailsOf = (application: Application) =>
  applicationDetails(
    {
      instance: 'main',
      application,
      binding: { kind: 'proof', reason: 'test' },
      images: imagesOfSpec(application),
    },
    context,
  );

function automationOf({ automated }: ApplicationDetails): string {
  if (automated.selfHeal) return 'self-heal';
  return automated.enabled ? 'automatic' : 'manual';
}

function toldOf(application: Application): Record<string, unknown> {
  const view = detailsOf(application);
  const { operation } = view;
  return {
    sync: view.sync.status,
    health: view.health.status,
    drift: `${view.drift.differs}/${view.drift.missing}/${view.drift.extra}`,
    sources: view.sources.length,
    revisions: view.sync.revisions.length,
    conditions: view.conditions.map(({ type }) => type),
    automated: automationOf(view),
    phase: operation?.phase,
    failing: operation?.failing,
    selfHeal: operation?.initiatedBy.selfHeal,
    retry:
      operation?.retry &&
      `${operation.retry.count} of ${operation.retry.limit}`,
    nextAt: operation?.retry?.nextAt,
    hooks: operation?.hooks.map(({ name, phase }) => `${name} ${phase}`),
  };
}

const facts = parse(
  readFileSync(join(__dirname, 'applications.yaml'), 'utf8'),
) as Record<string, Record<string, unknown>>;

const refusals = parse(
  readFileSync(join(__dirname, 'errors.yaml'), 'utf8'),
) as Record<string, { error: string; says: string }>;

async function* chunksOf(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size)
    yield bytes.subarray(at, at + size);
}

describe('what people are told of the recorded Applications', () => {
  it.each(Object.entries(facts))('%s', (name, expected) => {
    expect(toldOf(readApplication(name))).toMatchObject(expected);
  });

  it('counts every failed attempt of the hook at once, and when the next one is', () => {
    const seen = new Map<number, string | undefined>();
    const retried = readEvents('move-hook-fails-stream.ndjson').flatMap(
      event => {
        const operation =
          event.type === 'ERROR' ? undefined : operationOf(event.application);
        return operation?.retry
          ? [{ ...operation, retry: operation.retry }]
          : [];
      },
    );
    for (const { retry } of retried)
      if (retry.nextAt) seen.set(retry.count, retry.nextAt);
    expect(retried.map(({ failing }) => failing)).not.toContain(false);
    expect([...seen]).toEqual([
      [1, '2026-11-23T01:58:05.000Z'],
      [2, '2026-11-23T01:58:39.000Z'],
      [3, '2026-11-23T01:59:32.000Z'],
      [4, '2026-11-23T02:01:05.000Z'],
      [5, '2026-11-23T02:03:59.000Z'],
    ]);
  });

  it('never calls the operation done while its hooks run, though health is Healthy', () => {
    const during = readEvents('move-promotion-stream.ndjson').flatMap(event => {
      if (event.type === 'ERROR' || !event.application.operation) return [];
      const operation = operationOf(event.application);
      return operation && event.application.status?.health?.status === 'Healthy'
        ? [operation.phase]
        : [];
    });
    expect(during.length).toBeGreaterThan(0);
    expect(new Set(during)).toEqual(new Set(['Running']));
  });

  it('takes a deletion for a deletion', () => {
    expect(
      readEvents('move-deleted-stream.ndjson').map(({ type }) => type),
    ).toEqual(['ADDED', 'DELETED']);
  });
});

describe('Pods', () => {
  const treeOf = (name: string) =>
    readRecording(name).response.body as ResourceTree;

  it.each([
    [
      'resource-tree.json',
      ['checkout-58698dd87-d4jxp', 'checkout-58698dd87-q5848'],
    ],
    ['move-hook-fails-tree.json', ['checkout-64d5f57665-r529l']],
    ['move-image-pull-fails-tree.json', ['storefront-646bb8dc8-lgfdv']],
    [
      'move-canary-paused-tree.json',
      ['payments-68c566c8dc-l9l95', 'payments-68c566c8dc-xfs4r'],
    ],
    // The aborted revision has no Pods: the stable ones serve.
    [
      'move-canary-fails-tree.json',
      [
        'payments-68c566c8dc-l9l95',
        'payments-68c566c8dc-qjhmn',
        'payments-68c566c8dc-sk7bm',
        'payments-68c566c8dc-xfs4r',
      ],
    ],
    ['resource-tree-root.json', []],
  ])('%s: those of the current template', (name, pods) => {
    expect(currentPods(treeOf(name)).map(pod => pod.name)).toEqual(pods);
  });

  it('reads the digest of a live Pod, and leaves the sidecar out', () => {
    const { manifest } = readRecording('resource-pod.json').response.body as {
      manifest: string;
    };
    const pod = podFacts(JSON.parse(manifest));
    expect(imagesOfPods(pod ? [pod] : [])).toEqual([
      {
        repository: 'ghcr.io/company/checkout',
        tag: '1.9.0',
        digest:
          'sha256:51ec671a116f35d427195ee57a3fa3e07ae47696df6baeef1e544e62a8329158',
        source: 'pod',
        pods: { total: 1, matching: 1, others: [] },
      },
    ]);
  });
});

describe('every recording can be read', () => {
  const bodies = recordingNames('json').map(name => {
    const { body, status } = readRecording(name).response;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return { name, body, status, text };
  });
  const refused = bodies.filter(({ status }) => status >= 400);
  const answered = bodies.filter(({ status }) => status < 400);
  const applications = answered.flatMap(({ name, body }) => {
    const application = parseApplication(body);
    return application ? [{ name, application }] : [];
  });
  const lists = answered.filter(
    ({ body }) => body !== null && typeof body === 'object' && 'items' in body,
  );
  const trees = answered.filter(({ body }) =>
    Array.isArray((body as ResourceTree | null)?.nodes),
  );

  it('has a row for each refusal, and none for anything else', () => {
    expect(Object.keys(refusals).sort()).toEqual(
      refused.map(({ name }) => name).sort(),
    );
  });

  it.each(refused)('$name: an error in words', ({ name, status, text }) => {
    const { error, says } = refusals[name];
    const told = errorFromResponse('main', status, text);
    expect(told.name).toBe(error);
    expect(told.message).toContain(
      `instance 'main' answered ${status}: ${says}`,
    );
  });

  it.each(applications)('$name: an Application', ({ application }) => {
    expect(detailsOf(application).name).toBe(application.metadata.name);
  });

  it.each(lists)('$name: a list, as it arrives', async ({ body, text }) => {
    const items = (body as { items: unknown[] | null }).items ?? [];
    const found: unknown[] = [];
    const list = await parseList(chunksOf(text, 1_000), item =>
      found.push(item),
    );
    expect(found).toEqual(items);
    expect(list.hasItems).toBe(items.length > 0);
  });

  it.each(trees)('$name: a tree', ({ body }) => {
    const pods = currentPods(body as ResourceTree);
    expect(pods.every(({ kind }) => kind === 'Pod')).toBe(true);
  });

  it.each(recordingNames('ndjson'))('%s', async name => {
    const lines = readStream(name);
    expect(lines.length).toBeGreaterThan(0);
    const text = lines.map(line => `${JSON.stringify(line)}\n`).join('');
    const read: unknown[] = [];
    for await (const line of jsonLines(chunksOf(text, 777))) read.push(line);
    expect(read).toEqual(lines);
    // A tree is no event of an Application.
    expect(readEvents(name)).toHaveLength(
      name.includes('tree') ? 0 : lines.length,
    );
  });
});
