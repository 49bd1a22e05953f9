/**
 * A process that runs the engine over a SQLite file. Git and Argo CD live in the process that started it, so that this
 * one can be ended at any moment. Started by `restart.test.ts`.
 */
import { mockServices } from '@backstage/backend-test-utils';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import knexFactory from 'knex';
import {
  DeployedApplication,
  DeploymentService,
} from '../../deployments/types';
import { PromotionEngine } from '../engine/PromotionEngine';
import { Gates } from '../gates/Gates';
import { Planner } from '../plan/Planner';
import { TrainPlanner } from '../plan/TrainPlanner';
import { DatabasePromotionStore } from '../store/DatabasePromotionStore';
import { DatabaseTrains } from '../store/trains';
import { migrationsDirectory } from '../store/migrate';
import { applicationKey } from '../types';
import { entity, environmentConfig } from './world';

type Answer = {
  id: number;
  result?: unknown;
  error?: { name: string; message: string };
};
type Update = { applications: Record<string, DeployedApplication> };

const [file, url] = process.argv.slice(2);
const open = new Map<number, (answer: Answer) => void>();
let applications: Update['applications'] = {};
let tellChange: (keys: string[]) => void = () => {};
let calls = 0;

process.on('message', (message: Answer | Update) => {
  if ('id' in message) {
    open.get(message.id)?.(message);
    open.delete(message.id);
    return;
  }
  applications = message.applications;
  tellChange(
    Object.values(applications).map(({ instance, application }) =>
      applicationKey({ instance, ...application.metadata }),
    ),
  );
});
// Nobody is left to work for.
process.on('disconnect', () => process.exit(0));

const call = (method: string, args: unknown[]): Promise<unknown> =>
  new Promise((resolve, reject) => {
    calls += 1;
    open.set(calls, ({ result, error }) => {
      if (error) reject(Object.assign(new Error(error.message), error));
      else resolve(result);
    });
    process.send!({ id: calls, method, args });
  });

const git = new Proxy({} as GitRepository, {
  get: (_, name: string) => {
    if (name === 'url') return url;
    if (name === 'commitUrl') return (sha: string) => `${url}/commit/${sha}`;
    return (...args: unknown[]) => call(name, args);
  },
});

const environments = [
  environmentConfig('dev'),
  environmentConfig('staging', { promotesFrom: ['dev'] }),
];
const deployments: DeploymentService = {
  resolve: () => ({
    entityRef: 'component:default/checkout',
    pipeline: { name: 'default', environments },
    deployments: environments.map(environment => ({
      entityRef: 'component:default/checkout',
      environment,
      applications: applications[environment.name]
        ? [applications[environment.name]]
        : [],
    })),
    problems: [],
    lookedFor: [],
  }),
  onApplicationsChanged(listener) {
    tellChange = listener;
    return () => {};
  },
  getApplication: ({ name }) =>
    Object.values(applications).find(
      ({ application }) => application.metadata.name === name,
    ),
};

async function main() {
  const knex = knexFactory({
    client: 'better-sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  await knex.migrate.latest({ directory: migrationsDirectory });
  const store = new DatabasePromotionStore({ knex });
  const gates = new Gates({ evaluators: [] });
  const getRepository = () => git;
  const planner = new Planner({
    deployments,
    gates,
    editors: [],
    getRepository,
  });
  const engine = new PromotionEngine({
    store,
    tickMs: 50,
    leaseMs: 1_500,
    listener: { onChanged: () => {} },
    context: {
      deployments,
      gates,
      planner,
      trainPlanner: new TrainPlanner({ planner, deployments, getRepository }),
      trains: new DatabaseTrains({ knex }),
      wake: ids => store.wake(ids),
      timeouts: {
        gates: 60_000,
        delivery: 60_000,
        review: 60_000,
        sync: 60_000,
        verify: 60_000,
      },
      logger: mockServices.rootLogger(),
      now: () => new Date(),
      getEntity: async () => entity,
      repository: getRepository,
      argocd: () => undefined,
      approvals: async () => [],
      holds: { list: async () => [] },
    },
  });
  engine.start();
  process.send!({ ready: true });
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
