import { startCompany } from '../../contract/__testUtils__/company';
import { deployPayments } from '../../contract/__testUtils__/payments';

jest.setTimeout(60_000);

describe('an analysis that asks Prometheus', () => {
  it.each([
    ['vector(0.99) or vector(0.96)', ['Successful', 'Successful'], 'Paused'],
    ['vector(0.99) or vector(0.9)', ['Successful', 'Failed'], 'Degraded'],
  ])('measures %s against its condition', async (query, phases, phase) => {
    const company = await startCompany({ clock: 'stepped' });
    try {
      const payments = await deployPayments(company);
      await payments.commit(payments.digests[1], {
        metric: {
          count: 2,
          interval: '1s',
          successCondition: 'result[0] >= 0.95',
          provider: { prometheus: { query } },
        },
      });
      await company.sim.clock.advance(40_000);
      const resource = async (kind: string, name: string) => {
        const answer = await company.call(
          `/api/v1/applications/payments-dev/resource?namespace=payments-dev&resourceName=${name}&version=v1alpha1&kind=${kind}&group=argoproj.io`,
        );
        return JSON.parse((await answer.json()).manifest);
      };
      const rollout = await resource('Rollout', 'payments');
      const run = await resource(
        'AnalysisRun',
        `payments-${rollout.status.currentPodHash}-2-2`,
      );
      const [{ measurements }] = run.status.metricResults;
      expect(
        measurements.map((measured: { phase: string }) => measured.phase),
      ).toEqual(phases);
      expect(measurements[0].value).toBe('[0.99]');
      expect(rollout.status.phase).toBe(phase);
    } finally {
      await company.sim.close();
    }
  });
});
