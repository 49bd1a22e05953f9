import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { JsonObject } from '@backstage/types';

/** An audit event once it has ended, with what was said at its beginning and its end. */
export interface EndedAuditEvent {
  eventId: string;
  status: 'succeeded' | 'failed';
  meta: JsonObject;
  error?: string;
}

/** An auditor that remembers. */
export function createAuditLog() {
  const audit = jest.fn((_: EndedAuditEvent) => {});
  const factory = createServiceFactory({
    service: coreServices.auditor,
    deps: {},
    factory: () => ({
      createEvent: async ({
        eventId,
        meta,
      }: {
        eventId: string;
        meta?: JsonObject;
      }) => ({
        success: async (end?: { meta?: JsonObject }) =>
          audit({
            eventId,
            status: 'succeeded',
            meta: { ...meta, ...end?.meta },
          }),
        fail: async (end: { meta?: JsonObject; error: Error }) =>
          audit({
            eventId,
            status: 'failed',
            meta: { ...meta, ...end.meta },
            error: end.error.message,
          }),
      }),
    }),
  });
  return { audit, factory };
}
