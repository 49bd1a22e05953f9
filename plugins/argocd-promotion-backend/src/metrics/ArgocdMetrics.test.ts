import { mockServices } from '@backstage/backend-test-utils';
import { Simulator, startSimulator } from '@fairway/argocd-simulator';
import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import request from 'supertest';
import {
  component,
  startPlugin,
  threeEnvironments,
} from '../__testUtils__/startPlugin';
import { until } from '../__testUtils__/until';
import { HttpArgocdClient } from '../argocd/HttpArgocdClient';
import { Inventory } from '../inventory/Inventory';
import { ArgocdMetrics } from './ArgocdMetrics';

jest.setTimeout(60_000);

const ENTITY = '/v1/entities/component/default/checkout';

const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { greeting: hello }
`;

describe('metrics and health with one Instance down', () => {
  const exporter = new InMemoryMetricExporter(
    AggregationTemporality.CUMULATIVE,
  );
  const provider = new MeterProvider({
    readers: [
      // Collects when it is told to; an hour is longer than any test.
      new PeriodicExportingMetricReader({
        exporter,
        exportIntervalMillis: 3_600_000,
      }),
    ],
  });
  let sim: Simulator;
  let create: (application: string) => void;
  let plugin: Awaited<ReturnType<typeof startPlugin>>;

  beforeAll(async () => {
    metrics.setGlobalMeterProvider(provider);
    sim = await startSimulator({ instances: ['main', 'other'], speed: 50 });
    const { url } = await sim.git.createRepository('acme/deploy', {
      files: { 'dev/config.yaml': CONFIG_MAP },
      message: 'Configure checkout',
      author: 'Ana Lima <ana@example.com>',
    });
    create = name =>
      sim.argocd.main.createApplication({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: {
          name,
          labels: {
            environment: 'dev',
            'backstage.io/kubernetes-id': 'checkout',
          },
        },
        spec: {
          project: 'default',
          source: { repoURL: url, path: 'dev', targetRevision: 'main' },
          destination: {
            server: 'https://kubernetes.default.svc',
            namespace: name,
          },
        },
      });
    create('checkout-dev');
    await sim.argocd.main.settled();
    sim.faults.set({
      target: 'argocd',
      instance: 'other',
      kind: 'status',
      status: 500,
    });
    plugin = await startPlugin({
      argocdPromotion: {
        instances: ['main', 'other'].map(name => ({
          name,
          url: sim.argocd[name].url,
          token: sim.argocd[name].tokens.backstage,
        })),
        environments: threeEnvironments,
      },
      entities: [
        component('checkout', {
          annotations: { 'argocd/app-name': 'checkout-dev' },
        }),
      ],
    });
  });
  afterAll(async () => {
    await plugin?.stop();
    await sim?.close();
    await provider.shutdown();
    metrics.disable();
  });

  /** Every point of a metric as it stands now. */
  async function points(
    name: string,
    meter = 'backstage-plugin-argocd-promotion',
  ) {
    exporter.reset();
    await provider.forceFlush();
    return exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .filter(({ scope }) => scope.name === meter)
      .flatMap(scope => scope.metrics)
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(metric =>
        metric.dataPoints.map(({ attributes, value }) => ({
          attributes,
          value: value as unknown,
        })),
      );
  }
  const point = async (name: string, attributes: Record<string, string>) =>
    (await points(name)).find(({ attributes: its }) =>
      Object.entries(attributes).every(([key, value]) => its[key] === value),
    )?.value;
  const applications = (instance: string) =>
    point('argocd_promotion.applications', { argocd_instance: instance });

  it('counts what was asked and what came of it', async () => {
    await until(async () => (await applications('main')) === 1 || undefined);
    await until(() =>
      point('argocd_promotion.request.errors', { argocd_instance: 'other' }),
    );
    const list = {
      argocd_instance: 'main',
      operation: 'ListApplications',
      status_class: '2xx',
    };
    expect(await point('argocd_promotion.requests', list)).toBe(
      sim.argocd.main.requests.filter(
        ({ path }) => path.split('?')[0] === '/api/v1/applications',
      ).length,
    );
    const duration = (await point(
      'argocd_promotion.request.duration',
      list,
    )) as Histogram;
    expect(duration.count).toBe(await point('argocd_promotion.requests', list));
    expect(duration.sum).toBeGreaterThan(0);
    expect(
      (await points('argocd_promotion.request.errors')).map(
        ({ attributes }) => attributes,
      ),
    ).toEqual([
      {
        argocd_instance: 'other',
        operation: 'WatchApplications',
        status_class: '5xx',
      },
    ]);
  });

  it('tells of each Instance what is held and how long its stream is silent', async () => {
    await until(async () => (await applications('main')) === 1 || undefined);
    expect(await applications('other')).toBe(0);
    const size = (instance: string) =>
      point('argocd_promotion.applications.size', {
        argocd_instance: instance,
      });
    expect(await size('main')).toBeGreaterThan(500);
    expect(await size('other')).toBe(0);
    const lag = async (instance: string) =>
      Number(
        await point('argocd_promotion.stream.lag', {
          argocd_instance: instance,
        }),
      );
    const before = await lag('other');
    expect(before).toBeGreaterThan(0);
    // The one that was never heard only grows; the other is told again as soon as something changes.
    await until(async () => (await lag('other')) > before + 0.2 || undefined);
    const created = Date.now();
    create('checkout-preview');
    await until(async () => (await applications('main')) === 2 || undefined);
    const silent = await lag('main');
    expect(Math.round(Date.now() - silent * 1000)).toBeGreaterThanOrEqual(
      created,
    );
    expect(await lag('other')).toBeGreaterThan(before);
  });

  it('tells latency in seconds, and no answer as an error', async () => {
    new ArgocdMetrics(provider.getMeter('slow')).finished({
      instance: 'main',
      operation: 'GetVersion',
      method: 'GET',
      durationMs: 250,
    });
    const attributes = {
      argocd_instance: 'main',
      operation: 'GetVersion',
      status_class: 'none',
    };
    expect(await points('argocd_promotion.request.errors', 'slow')).toEqual([
      { attributes, value: 1 },
    ]);
    expect(await points('argocd_promotion.request.duration', 'slow')).toEqual([
      { attributes, value: expect.objectContaining({ count: 1, sum: 0.25 }) },
    ]);
  });

  it('counts what the stream lost, and observes nothing once stopped', async () => {
    const inventory = new Inventory({
      instances: [
        {
          name: 'main',
          url: sim.argocd.main.url,
          credentials: { token: sim.argocd.main.tokens.backstage },
          skipTlsVerify: false,
          headers: {},
        },
      ],
      logger: mockServices.logger.mock(),
      createClient: config => HttpArgocdClient.fromConfig(config),
      timing: { relistMs: 100, graceMs: 60_000 },
    });
    let now = new Date();
    const stop = new ArgocdMetrics(
      provider.getMeter('lossy'),
      () => now,
    ).observe(inventory);
    inventory.start();
    const missed = async () =>
      (await points('argocd_promotion.missed_events', 'lossy'))[0]?.value;
    try {
      await until(() => inventory.instances()[0].updatedAt);
      expect(await missed()).toBe(0);
      const id = sim.faults.set({
        target: 'argocd',
        instance: 'main',
        kind: 'drop-events',
      });
      create('checkout-lost');
      await until(async () => (await missed()) || undefined);
      sim.faults.clear(id);
    } finally {
      stop();
      await inventory.stop();
    }
    // The SDK repeats the last value; nobody reads a new one.
    const last = await points('argocd_promotion.stream.lag', 'lossy');
    now = new Date(now.getTime() + 3_600_000);
    expect(await points('argocd_promotion.stream.lag', 'lossy')).toEqual(last);
  });

  it('tells no name of an entity or an Application, and no URL', async () => {
    await plugin.get(ENTITY).expect(200);
    await plugin
      .get(`${ENTITY}/proxy/main/api/v1/applications/checkout-dev/events`)
      .expect(200);
    exporter.reset();
    await provider.forceFlush();
    const told = JSON.stringify(exporter.getMetrics());
    expect(told).toContain('Passage');
    expect(told).not.toMatch(/checkout|http:|\/api\//);
  });

  it('stays ready', async () => {
    await until(() =>
      point('argocd_promotion.request.errors', { argocd_instance: 'other' }),
    );
    await request(plugin.backend.server)
      .get('/.backstage/health/v1/readiness')
      .expect(200);
    const { body } = await plugin.get('/v1/instances').expect(200);
    expect(body.items).toMatchObject([
      { name: 'main', reachable: true },
      { name: 'other', reachable: false, staleReason: expect.any(String) },
    ]);
  });
});
