import { RenderedManifests } from '../rendered/RenderedManifests';
import {
  mockCredentials,
  mockErrorHandler,
  mockServices,
} from '@backstage/backend-test-utils';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { Promotion } from '@fairway/backstage-plugin-argocd-promotion-common';
import { JsonObject } from '@backstage/types';
import express from 'express';
import { Knex } from 'knex';
import request from 'supertest';
import { DeploymentAuthorizer } from '../../permissions/DeploymentAuthorizer';
import { createHoldRouter } from '../../router/createHoldRouter';
import { createTrainRouter } from '../../router/createTrainRouter';
import { createPromotionRouter } from '../../router/createPromotionRouter';
import { DefaultPromotionAdvisor } from '../DefaultPromotionAdvisor';
import { PromotionEngine } from '../engine/PromotionEngine';
import { createBuiltinGates } from '../gates/builtinGates';
import { Evidence } from '../gates/Evidence';
import { Gates } from '../gates/Gates';
import { HoldService } from '../HoldService';
import { Planner } from '../plan/Planner';
import { TrainPlanner } from '../plan/TrainPlanner';
import { createAutomaticRollback } from '../automaticRollback';
import { AutoPromotions } from '../AutoPromotions';
import { PromotionAccess } from '../PromotionAccess';
import { PromotionFactory } from '../PromotionFactory';
import { PromotionLookup } from '../PromotionLookup';
import { PromotionService } from '../PromotionService';
import { PullRequestCloser } from '../PullRequestCloser';
import { TrainService } from '../TrainService';
import { DatabaseClosings } from '../store/closings';
import { DatabasePromotionStore } from '../store/DatabasePromotionStore';
import { DatabaseTrains } from '../store/trains';
import { DatabaseHolds } from '../store/holds';
import { migrationsDirectory } from '../store/migrate';
import { entity, World } from './world';

export const owner = 'user:default/ana';
export const colleague = 'user:default/bo';
export const stranger = 'user:default/eve';
export const as = (user: string) => ({
  Authorization: mockCredentials.user.header(user),
});
export const body = {
  entityRef: 'component:default/checkout',
  environment: 'staging',
};

/** Commits on main that promotions made. */
export const ownCommits = async (world: World) =>
  (await world.git.listCommits({ ref: 'main', limit: 100 })).filter(
    ({ message }) => /^Promotion-Id: /m.test(message),
  );

/** Service, engine and routes over a {@link World}; `stops` ends what it starts. */
export const createPromotionApp = async (options: {
  knex: Knex;
  stops: Array<() => Promise<void>>;
  world?: World;
  /** The catalog; the World's entity unless there are more. */
  entities?: Entity[];
  verifyMs?: number;
  syncMs?: number;
  gatesMs?: number;
  deliveryMs?: number;
  /** How often the engine looks for what is due. */
  tickMs?: number;
}) => {
  const world = options.world ?? new World();
  const { knex, stops } = options;
  await knex.migrate.latest({ directory: migrationsDirectory });
  const store = new DatabasePromotionStore({ knex });
  const holds = new DatabaseHolds({ knex });
  const auditor = mockServices.auditor.mock();
  const finished: Array<{
    id: string;
    meta?: JsonObject;
    success: jest.Mock;
    fail: jest.Mock;
  }> = [];
  auditor.createEvent.mockImplementation(async ({ eventId, meta }) => {
    const event = {
      id: eventId,
      meta,
      success: jest.fn(async () => {}),
      fail: jest.fn(async () => {}),
    };
    finished.push(event);
    return event;
  });
  const auth = mockServices.auth();
  const userInfo = mockServices.userInfo.mock();
  userInfo.getUserInfo.mockImplementation(async credentials => {
    const { userEntityRef } = credentials.principal as {
      userEntityRef: string;
    };
    const groups = userEntityRef === stranger ? [] : ['group:default/payments'];
    return { userEntityRef, ownershipEntityRefs: [userEntityRef, ...groups] };
  });
  const permissions = mockServices.permissions();
  const access = new PromotionAccess({
    auth,
    userInfo,
    permissions,
    authorizer: new DeploymentAuthorizer({
      permissions,
      permissionsRegistry: mockServices.permissionsRegistry.mock(),
    }),
    // Permissions are not in play here: nothing is decided by conditions.
    resources: { of: () => [], load: async () => [] },
  });
  const gates = new Gates({
    evaluators: createBuiltinGates({
      evidence: new Evidence({
        logger: mockServices.logger.mock(),
        onFound: () => {},
      }),
      argocd: () => undefined,
      manifests: new RenderedManifests({ argocd: () => undefined }),
      deployments: { getApplication: () => undefined },
      sources: {
        checks: async () => {
          throw new Error('no sources here');
        },
      },
    }),
  });
  const entities = options.entities ?? [entity];
  const catalog = catalogServiceMock({ entities });
  const getEntity = async (ref: string) =>
    entities.find(known => stringifyEntityRef(known) === ref);
  const getRepository = (url: string) =>
    world.repositories.find(repository => repository.url === url);
  const planner = new Planner({
    deployments: world,
    gates,
    editors: [],
    getRepository,
    planEdits: world.planEdits,
  });
  // Engine and factory make promotions for each other.
  const running: { engine?: PromotionEngine } = {};
  const trains = new DatabaseTrains({ knex });
  const trainPlanner = new TrainPlanner({
    planner,
    deployments: world,
    getRepository,
  });
  const closer = new PullRequestCloser({
    closings: new DatabaseClosings({ knex }),
    getRepository,
    logger: mockServices.logger.mock(),
    onChanged: async () => {},
    tickMs: 20,
    retryMs: () => 20,
  });
  stops.push(() => closer.stop());
  closer.start();
  const factory = new PromotionFactory({
    store,
    trains,
    run: id => running.engine?.run(id),
    catalog,
    auth,
    applicationUrl: ({ name }) =>
      `https://argocd.example.com/applications/argocd/${name}`,
    onChanged: () => {},
  });
  const newEngine = () => {
    const engine = new PromotionEngine({
      store,
      tickMs: options.tickMs ?? 20,
      listener: { onChanged: () => {} },
      context: {
        deployments: world,
        gates,
        planner,
        trainPlanner,
        trains,
        wake: async ids => {
          await store.wake(ids);
          for (const id of ids) running.engine?.run(id);
        },
        timeouts: {
          sync: options.syncMs ?? 20_000,
          verify: options.verifyMs ?? 20_000,
          review: 20_000,
          gates: options.gatesMs ?? 20_000,
          delivery: options.deliveryMs ?? options.syncMs ?? 20_000,
        },
        logger: mockServices.logger.mock(),
        now: () => new Date(),
        getEntity,
        repository: url => getRepository(url)!,
        argocd: () => undefined,
        approvals: async id => (await store.get(id))!.approvals,
        holds,
        onFailure: createAutomaticRollback({
          planner,
          factory,
          deployments: world,
          getEntity,
        }),
      },
    });
    stops.push(() => engine.stop());
    engine.start();
    return engine;
  };
  const engine = newEngine();
  running.engine = engine;
  const serviceOptions = {
    store,
    trains,
    closer,
    planner,
    engine,
    access,
    deployments: world,
    catalog,
    factory,
    getRepository,
    onChanged: () => {},
    onOverridden: () => {},
  };
  const service = new PromotionService(serviceOptions);
  const app = express();
  app.use(
    createPromotionRouter({
      service,
      store,
      access,
      httpAuth: mockServices.httpAuth(),
      auditor,
    }),
  );
  app.use(
    createTrainRouter({
      service: new TrainService({ ...serviceOptions, trainPlanner }),
      trains,
      httpAuth: mockServices.httpAuth(),
      auditor,
    }),
  );
  app.use(
    createHoldRouter({
      service: new HoldService({
        holds,
        access,
        deployments: world,
        lookup: new PromotionLookup({
          store,
          access,
          deployments: world,
          catalog,
        }),
        onChanged: () => {},
      }),
      httpAuth: mockServices.httpAuth(),
      auditor,
    }),
  );
  app.use(mockErrorHandler());
  const newAutomatic = () => {
    const automatic = new AutoPromotions({
      pipelines: [{ name: 'default', environments: world.environments }],
      catalog,
      auth,
      deployments: world,
      planner,
      factory,
      store,
      holds,
      logger: mockServices.logger.mock(),
      lookEveryMs: 20,
    });
    stops.push(() => automatic.stop());
    automatic.start();
    return automatic;
  };
  const advisor = new DefaultPromotionAdvisor({ store, access, gates, holds });

  const promote = (extra: object = {}, key = 'key-1', user = owner) =>
    request(app)
      .post('/v1/promotions')
      .set(as(user))
      .set('Idempotency-Key', key)
      .send({ ...body, ...extra });
  const read = async (id: string): Promise<Promotion> =>
    (await request(app).get(`/v1/promotions/${id}`).set(as(owner))).body;
  const until = async (id: string, state: string): Promise<Promotion> => {
    const deadline = Date.now() + 8_000;
    for (;;) {
      const promotion = await read(id);
      if (promotion.state === state) return promotion;
      if (promotion.endedAt || Date.now() > deadline) {
        throw new Error(
          `Not ${state} but ${promotion.state}: ${promotion.message}`,
        );
      }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  };
  return {
    world,
    app,
    store,
    trains,
    engine,
    newEngine,
    newAutomatic,
    promote,
    read,
    until,
    finished,
    advisor,
  };
};
