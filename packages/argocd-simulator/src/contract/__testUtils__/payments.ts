import { KubernetesObject } from '../../ports';
import { startCompany } from './company';
import { recording } from './recordings';

export const PAYMENTS_REPOSITORY = 'company/payments-deploy';

type Company = Awaited<ReturnType<typeof startCompany>>;

/** The recorded shop's payments: a Rollout with its Services and the template of its analysis. */
export async function deployPayments(company: Company) {
  const { sim, base } = company;
  const digests = ['7.3.0', '7.4.0', '7.5.0'].map(
    tag => sim.registry.push('payments', { tag }).digest,
  );
  const { manifest } = recording('move-canary-paused-rollout').response
    .body as { manifest: string };
  const { spec } = JSON.parse(manifest) as { spec: Record<string, unknown> };
  const service = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: 'payments' }, ports: [{ port: 80 }] },
  });
  const manifests = (
    digest: string,
    options: { analysis?: string; strategy?: object; metric?: object } = {},
  ) => {
    const rollout = structuredClone(spec) as {
      strategy: object;
      template: { spec: { containers: Array<{ image: string }> } };
    };
    rollout.template.spec.containers[0].image = `${sim.registry.host}/payments@${digest}`;
    if (options.strategy) rollout.strategy = options.strategy;
    const job = {
      command: ['sh', '-c', options.analysis ?? 'true'],
      name: 'measure',
      image: `${sim.registry.host}/tools:1`,
    };
    return [
      service('payments'),
      service('payments-canary'),
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'AnalysisTemplate',
        metadata: { name: 'success-rate' },
        spec: {
          metrics: [
            {
              name: 'success-rate',
              ...(options.metric ?? {
                provider: {
                  job: { spec: { template: { spec: { containers: [job] } } } },
                },
              }),
            },
          ],
        },
      },
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Rollout',
        metadata: { name: 'payments' },
        spec: rollout,
      },
    ]
      .map(object => JSON.stringify(object))
      .join('\n---\n');
  };
  await sim.git.createRepository(PAYMENTS_REPOSITORY, {
    files: { 'overlays/dev/all.yaml': manifests(digests[0]) },
  });
  const app = recording('move-canary-paused-application').response
    .body as KubernetesObject;
  sim.argocd.main.createApplication(
    JSON.parse(
      JSON.stringify({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name: 'payments-dev' },
        spec: app.spec,
      }).replaceAll('http://127.0.0.1:13000', base),
    ),
  );
  await sim.clock.advance(60_000);
  return {
    digests,
    commit: (digest: string, options?: Parameters<typeof manifests>[1]) =>
      sim.git.commit(PAYMENTS_REPOSITORY, {
        branch: 'main',
        files: { 'overlays/dev/all.yaml': manifests(digest, options) },
        message: 'Promote payments',
      }),
  };
}
