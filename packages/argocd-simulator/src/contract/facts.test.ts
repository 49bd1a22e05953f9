import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { at, textAt } from '../cluster/objects';
import { KubernetesObject } from '../ports';
import { startCompany } from './__testUtils__/company';
import { recording } from './__testUtils__/recordings';

jest.setTimeout(60_000);

interface Row {
  /** The Application of this recording exists. */
  after?: string;
  tells: unknown;
}

const RECORDED_GIT = 'http://127.0.0.1:13000';
const table = (name: string) =>
  Object.entries(
    parse(
      readFileSync(join(__dirname, '__facts__', `${name}.yaml`), 'utf8'),
    ) as Record<string, Row>,
  );
const answers = table('answers');
const nameOf = (file: string) => file.replace(/\.json$/, '');

/** What is not as the facts say. Lists begin as they do; objects hold at least them. */
function misses(told: unknown, facts: unknown, path = '$'): string[] {
  if (
    facts !== null &&
    typeof facts === 'object' &&
    Object.keys(facts).length > 0
  )
    return Object.entries(facts).flatMap(([key, fact]) =>
      misses(
        at(told, Array.isArray(facts) ? Number(key) : key),
        fact,
        `${path}.${key}`,
      ),
    );
  return JSON.stringify(told) === JSON.stringify(facts)
    ? []
    : [`${path} is ${JSON.stringify(told)}, not ${JSON.stringify(facts)}`];
}

/** The last line of a log comes first: it says that there are no more. */
function bodyOf(text: string): unknown {
  if (text.startsWith('{"result":'))
    return text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line))
      .reverse();
  return text.startsWith('{') ? JSON.parse(text) : text;
}

describe('the facts of the recordings', () => {
  let company: Awaited<ReturnType<typeof startCompany>>;
  let version: string | undefined;
  beforeAll(async () => {
    company = await startCompany({ clock: 'stepped' });
  });
  afterAll(() => company.sim.close());

  function create(name: string): void {
    const { request, response } = recording(name);
    const { metadata, spec } = (request.body ??
      response.body) as KubernetesObject;
    company.sim.argocd.main.createApplication(
      JSON.parse(
        JSON.stringify({
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          metadata: { name: metadata.name },
          spec,
        }).replaceAll(RECORDED_GIT, company.base),
      ),
    );
  }

  /** Pods have other names here. */
  async function pathOf(path: string): Promise<string> {
    if (!path.includes('podName=')) return path;
    const tree = (await (
      await company.call(path.replace(/logs\?.*/, 'resource-tree'))
    ).json()) as { nodes: Array<{ kind: string; name: string }> };
    const pod = tree.nodes.find(
      ({ kind, name }) => kind === 'Pod' && /^checkout-\w+-\w+$/.test(name),
    );
    return path.replace(/podName=[^&]+/, `podName=${pod?.name}`);
  }

  it.each([...answers, ...table('rollouts')])(
    '%s, as recorded',
    (file, { tells }) => {
      const { body } = recording(nameOf(file)).response;
      const told = typeof body === 'string' ? bodyOf(body) : body;
      expect(misses(told, tells)).toEqual([]);
    },
  );

  it.each(answers)('%s, as simulated', async (file, { after, tells }) => {
    if (after) create(after);
    const { request, response } = recording(nameOf(file));
    const sent = JSON.parse(
      JSON.stringify(request.body ?? null).replaceAll(
        RECORDED_GIT,
        company.base,
      ),
    );
    // An update names the version that it changes.
    if (request.method === 'PUT')
      sent.project.metadata.resourceVersion = version;
    const answer = await company.call(await pathOf(request.path), {
      method: request.method,
      as: request.as,
      ...(sent === null ? {} : { json: sent }),
    });
    const text = (await answer.text()).replaceAll(company.base, RECORDED_GIT);
    const told = bodyOf(text);
    version = textAt(told, 'metadata', 'resourceVersion');
    expect(answer.status).toBe(response.status);
    for (const header of ['content-type', 'grpc-metadata-content-type'])
      expect(answer.headers.get(header) ?? undefined).toBe(
        response.headers[header],
      );
    expect(misses(told, tells)).toEqual([]);
  });
});
