import {
  BackendFeature,
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  EventParams,
  EventsService,
  eventsServiceRef,
} from '@backstage/plugin-events-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { argocdPromotionPlugin } from '../../plugin';
import { PROMOTION_EVENTS_TOPIC } from '../announce';
import { PromotionClient } from './promotionClient';
import { SimulatedShop } from './simulatedShop';

const owner = 'user:default/ana';
const entities = ['checkout', 'cart'].map(name => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name,
    namespace: 'default',
    annotations: { 'backstage.io/kubernetes-id': name },
  },
  spec: { type: 'service', owner },
}));

/** What the backend told others, apart from its answers. */
export interface Told {
  audit: Array<{
    eventId: string;
    meta?: object;
    outcome?: 'success' | 'failure';
    result?: object;
  }>;
  events: Array<{ state: string; message: string }>;
  notifications: object[];
  signals: object[];
}

/** The plugin in a test backend that promotes in a simulated shop through the git host's REST API. */
export async function startPromotionBackend(
  shop: SimulatedShop,
  options?: Parameters<SimulatedShop['config']>[0],
  features: BackendFeature[] = [],
) {
  const told: Told = { audit: [], events: [], notifications: [], signals: [] };
  const auditor = mockServices.auditor.mock({
    async createEvent({ eventId, meta }) {
      const entry: Told['audit'][number] = { eventId, meta };
      told.audit.push(entry);
      return {
        async success(result) {
          Object.assign(entry, { outcome: 'success', result: result?.meta });
        },
        async fail({ error, meta: result }) {
          Object.assign(entry, {
            outcome: 'failure',
            result: { ...result, error: error.message },
          });
        },
      };
    },
  });
  const bus: { events?: EventsService } = {};
  const backend = await startTestBackend({
    features: [
      ...features,
      argocdPromotionPlugin,
      auditor.factory,
      createBackendModule({
        pluginId: 'argocd-promotion',
        moduleId: 'listener',
        register(reg) {
          reg.registerInit({
            deps: { events: eventsServiceRef },
            async init({ events }) {
              bus.events = events;
              await events.subscribe({
                id: 'listener',
                topics: [PROMOTION_EVENTS_TOPIC],
                async onEvent({ eventPayload }) {
                  told.events.push(eventPayload as Told['events'][number]);
                },
              });
            },
          });
        },
      }),
      catalogServiceMock.factory({ entities }),
      createServiceFactory({
        service: notificationService,
        deps: {},
        factory: () => ({
          async send(notification) {
            told.notifications.push(notification);
          },
        }),
      }),
      createServiceFactory({
        service: signalsServiceRef,
        deps: {},
        factory: () => ({
          async publish(signal) {
            told.signals.push(signal);
          },
        }),
      }),
      mockServices.rootConfig.factory({ data: { ...shop.config(options) } }),
    ],
  });
  const client = new PromotionClient(
    `http://127.0.0.1:${backend.server.port()}`,
    { authorization: mockCredentials.user.header(owner) },
  );
  /** As what receives webhooks does. */
  const publish = (event: EventParams) => bus.events!.publish(event);
  return { client, told, publish, stop: () => backend.stop() };
}
