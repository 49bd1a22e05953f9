import { follow, startCompany } from './__testUtils__/company';
import { deployPayments } from './__testUtils__/payments';
import {
  factsOf,
  recording,
  streamRecording,
} from './__testUtils__/recordings';
import { bodyOf, UNTOLD } from './__testUtils__/replay';
import { shapeDifferences } from './__testUtils__/shapes';

jest.setTimeout(60_000);

const recordedFacts = (name: string) =>
  factsOf(
    streamRecording(name).messages.map(({ line }) => line.result.application),
  );

/**
 * Without the one moment in which Argo CD either has compared anew and not yet told the end of the operation, or the
 * reverse: a matter of milliseconds, of which the recordings show both (`move-image-pull-fails-stream` the other).
 */
const unraced = (facts: string[]) =>
  facts.filter(
    fact =>
      fact !== 'Synced Progressing Running' &&
      fact !== 'OutOfSync Healthy Succeeded',
  );

interface Rollout {
  spec: { replicas: number };
  status: Record<string, unknown> & { phase: string };
}

describe('a Rollout moves as recorded', () => {
  let company: Awaited<ReturnType<typeof startCompany>>;
  let payments: Awaited<ReturnType<typeof deployPayments>>;
  beforeEach(async () => {
    company = await startCompany({ clock: 'stepped' });
    payments = await deployPayments(company);
  });
  afterEach(() => company.sim.close());

  const json = async (path: string) => (await company.call(path)).json();
  const resource =
    'namespace=payments-dev&resourceName=payments&version=v1alpha1&kind=Rollout&group=argoproj.io';
  const app = '/api/v1/applications/payments-dev';
  const rollout = async (): Promise<Rollout> =>
    JSON.parse((await json(`${app}/resource?${resource}`)).manifest);
  const actions = () => json(`${app}/resource/actions?${resource}`);
  const act = async (action: string) => {
    const { request, response } = recording('move-canary-resume');
    const answer = await company.call(request.path, {
      method: 'POST',
      json: { ...(request.body as object), action },
    });
    expect(answer.status).toBe(response.status);
    expect(await answer.json()).toEqual(response.body);
    await company.sim.clock.advance(30_000);
  };
  const podsByDigest = async () => {
    const { nodes } = (await json(`${app}/resource-tree`)) as {
      nodes: Array<{ kind: string; images?: string[] }>;
    };
    const images = nodes.flatMap(node =>
      node.kind === 'Pod' ? node.images ?? [] : [],
    );
    return payments.digests.map(
      digest => images.filter(image => image.endsWith(digest)).length,
    );
  };
  /** Facts of the stream while something happens. */
  async function watch(happen: () => Promise<unknown>): Promise<string[]> {
    const stream = await follow(
      company.call('/api/v1/stream/applications?name=payments-dev'),
    );
    await stream.until(messages => messages.length > 0);
    await happen();
    const { metadata } = await json(app);
    await stream.until(messages =>
      messages.some(
        ({ result }) =>
          (result.application.metadata as { resourceVersion?: string })
            .resourceVersion === metadata.resourceVersion,
      ),
    );
    const messages = await stream.stop();
    return factsOf(messages.map(({ result }) => result.application));
  }
  const canary = async (
    digest: string,
    options?: Parameters<typeof payments.commit>[1],
  ) => {
    await payments.commit(digest, options);
    await company.sim.clock.advance(30_000);
  };

  it('at rest there is nothing to do but to restart it', async () => {
    expect(await actions()).toEqual(bodyOf('resource-actions-rollout'));
    expect(await podsByDigest()).toEqual([4, 0, 0]);
  });

  it('step by step, waiting for time, analysis and people', async () => {
    const facts = await watch(async () => {
      await canary(payments.digests[1]);
      expect(await rollout()).toMatchObject({
        status: {
          phase: 'Paused',
          message: 'CanaryPauseStep',
          currentStepIndex: 4,
          updatedReplicas: 2,
          controllerPause: true,
        },
      });
      expect(await podsByDigest()).toEqual([2, 2, 0]);
      expect(await actions()).toEqual(bodyOf('move-canary-paused-actions'));
      await act('resume');
    });
    expect(unraced(facts)).toEqual(
      unraced(recordedFacts('move-canary-stream')),
    );
    expect(await podsByDigest()).toEqual([0, 4, 0]);
  });

  /** How the live Rollout, or its tree, differs in shape from the one recorded at the same point. */
  async function differences(name: string): Promise<string[]> {
    const recorded = bodyOf(name) as { manifest?: string };
    const { missing, surplus } = recorded.manifest
      ? shapeDifferences(JSON.parse(recorded.manifest), await rollout(), UNTOLD)
      : shapeDifferences(recorded, await json(`${app}/resource-tree`), UNTOLD);
    // When it began and for how long people were waited for is not added up
    return [...missing, ...surplus].filter(
      path => !/status\.(duration|currentStepHash)/.test(path),
    );
  }

  it('in the recorded shapes', async () => {
    expect(await differences('resource-rollout')).toEqual([]);
    expect(await differences('resource-tree-rollout')).toEqual([]);
    await canary(payments.digests[1]);
    expect(await differences('move-canary-paused-rollout')).toEqual([]);
    expect(await differences('move-canary-paused-tree')).toEqual([]);
    await act('resume');
    expect(await differences('move-canary-done-rollout')).toEqual([]);
    await canary(payments.digests[2], { analysis: 'false' });
    expect(await differences('move-canary-fails-rollout')).toEqual([]);
    expect(await differences('move-canary-fails-tree')).toEqual([]);
  });

  it('back to the stable Pods when its analysis fails', async () => {
    await canary(payments.digests[1]);
    await act('promote-full');
    const facts = await watch(() =>
      canary(payments.digests[2], { analysis: 'false' }),
    );
    expect(unraced(facts)).toEqual(
      unraced(recordedFacts('move-canary-fails-stream')),
    );
    expect(await podsByDigest()).toEqual([0, 4, 0]);
    const { message, abort } = (await rollout()).status;
    const recorded = JSON.parse(
      (bodyOf('move-canary-fails-rollout') as { manifest: string }).manifest,
    ).status;
    const unnumbered = (text: unknown) =>
      String(text).replace(/revision \d+/, 'revision N');
    expect(unnumbered(message)).toBe(unnumbered(recorded.message));
    expect(abort).toBe(recorded.abort);
    const mended = await watch(() => canary(payments.digests[1]));
    expect(mended.at(-1)).toBe('Synced Healthy Succeeded');
  });

  it('as people say: aborted, tried again, a step skipped, paused', async () => {
    await canary(payments.digests[1]);
    await act('abort');
    expect((await rollout()).status).toMatchObject({
      phase: 'Degraded',
      abort: true,
    });
    expect(await podsByDigest()).toEqual([4, 0, 0]);
    await act('retry');
    expect((await rollout()).status).toMatchObject({
      phase: 'Paused',
      currentStepIndex: 4,
    });
    await act('skip-current-step');
    expect((await rollout()).status.phase).toBe('Healthy');
    expect(await podsByDigest()).toEqual([0, 4, 0]);
    await act('restart');
    expect(await podsByDigest()).toEqual([0, 4, 0]);
  });

  it('and says so when its Pods do not start', async () => {
    await canary('sha256:'.padEnd(71, '0'));
    expect((await rollout()).status.phase).toBe('Progressing');
    await company.sim.clock.advance(700_000);
    expect((await rollout()).status).toMatchObject({
      phase: 'Degraded',
      message: expect.stringContaining('ProgressDeadlineExceeded'),
    });
  });

  it('blue-green: beside the old, then in its place', async () => {
    const strategy = {
      blueGreen: {
        activeService: 'payments',
        previewService: 'payments-canary',
        autoPromotionEnabled: false,
        prePromotionAnalysis: { templates: [{ templateName: 'success-rate' }] },
      },
    };
    await canary(payments.digests[0], { strategy });
    await canary(payments.digests[1], { strategy });
    expect((await rollout()).status).toMatchObject({
      phase: 'Paused',
      message: 'BlueGreenPause',
    });
    expect(await podsByDigest()).toEqual([4, 4, 0]);
    await act('resume');
    expect((await rollout()).status.phase).toBe('Healthy');
    await company.sim.clock.advance(60_000);
    expect(await podsByDigest()).toEqual([0, 4, 0]);
    await canary(payments.digests[2], { strategy, analysis: 'exit 1' });
    expect((await rollout()).status).toMatchObject({
      phase: 'Degraded',
      message: expect.stringContaining('Pre-promotion analysis'),
    });
    expect(await podsByDigest()).toEqual([0, 4, 0]);
  });
});
