import { startCompany } from './__testUtils__/company';
import { recording } from './__testUtils__/recordings';

jest.setTimeout(60_000);

const HOOK = `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations: { argocd.argoproj.io/hook: PreSync }
spec:
  template:
    spec: { containers: [{ name: main, image: "HOST/tools:1" }] }
`;

/** Time stands still, so that an operation is under way for as long as the test wants. */
describe('an operation that is under way', () => {
  let company: Awaited<ReturnType<typeof startCompany>>;
  const post = (name: string) => {
    const { request } = recording(name);
    return company.call(request.path.replace('checkout-prod', 'billing'), {
      method: request.method,
      json: request.body ?? {},
    });
  };
  beforeEach(async () => {
    company = await startCompany({ clock: 'stepped' });
    const { sim } = company;
    await sim.git.commit('company/legacy-deploy', {
      branch: 'main',
      message: 'Add a hook',
      files: { 'prod/hook.yaml': HOOK.replace('HOST', sim.registry.host) },
    });
    await sim.clock.advance(1_000);
    const started = await post('move-manual-sync');
    if (!started.ok) throw new Error(`The sync answers ${started.status}`);
  });
  afterEach(() => company.sim.close());

  const operation = async () => {
    const answer = await company.call('/api/v1/applications/billing');
    const { status } = await answer.json();
    return status.operationState as { phase: string; message: string };
  };

  it.each([
    'move-rollback',
    'move-drift-sync-again-at-once',
    'move-drift-sync-dry-run',
  ])('refuses %s as recorded', async name => {
    const { response } = recording(name);
    const answer = await post(name);
    expect(answer.status).toBe(response.status);
    expect(await answer.json()).toEqual(response.body);
  });

  it('ends when its hook has, and not before', async () => {
    expect(await operation()).toMatchObject({ phase: 'Running' });
    await company.sim.clock.advance(5_000);
    expect(await operation()).toMatchObject({
      phase: 'Running',
      message: 'waiting for completion of hook batch/Job/migrate',
    });
    await company.sim.clock.advance(30_000);
    expect(await operation()).toMatchObject({ phase: 'Succeeded' });
    const rollback = await post('move-rollback');
    expect(rollback.status).toBe(200);
  });

  it('can be terminated, and takes its hook away', async () => {
    await company.sim.clock.advance(5_000);
    const { request, response } = recording('move-terminate-nothing');
    const answer = await company.call(request.path, {
      method: request.method,
    });
    expect(answer.status).toBe(response.status);
    await company.sim.clock.advance(5_000);
    expect(await operation()).toMatchObject({
      phase: 'Failed',
      message: 'Operation terminated',
    });
    const tree = await (
      await company.call('/api/v1/applications/billing/resource-tree')
    ).json();
    expect(tree.nodes.map(({ kind }: { kind: string }) => kind)).not.toContain(
      'Job',
    );
  });
});
