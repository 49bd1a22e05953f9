import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import { stringifyError } from '@backstage/errors';
import { EventsService } from '@backstage/plugin-events-node';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { SignalsService } from '@backstage/plugin-signals-node';
import {
  ArgocdPromotionSignal,
  SIGNAL_CHANNEL,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { EngineListener } from './engine/PromotionEngine';
import { FINAL_STATES, StoredPromotion } from './types';
import { toSummary } from './view';

/** Topic on the events service; the payload is the promotion's summary. */
export const PROMOTION_EVENTS_TOPIC = 'argocd-promotion.promotion';

/** Where changes of promotions are told. Each is optional in a Backstage. */
export interface Announcers {
  auditor: AuditorService;
  logger: LoggerService;
  events?: EventsService;
  notifications?: NotificationService;
  signals?: SignalsService;
}

/** Tells open browsers that an entity's page is another now; a failure is logged and goes no further. */
export async function announceEntity(
  entityRef: string,
  to: Pick<Announcers, 'signals' | 'logger'>,
): Promise<void> {
  const message: ArgocdPromotionSignal = {
    type: 'changed',
    entityRefs: [entityRef],
  };
  try {
    await to.signals?.publish({
      recipients: { type: 'broadcast' },
      channel: SIGNAL_CHANNEL,
      message,
    });
  } catch (error) {
    to.logger.warn(`A change was not told: ${stringifyError(error)}`);
  }
}

/** The ends that the owner is told of; the others are somebody's own doing. */
const TOLD_ENDS: ReadonlySet<StoredPromotion['state']> = new Set([
  'succeeded',
  'failed',
  'rejected',
] as const);

/** Tells open browsers and event listeners of a change; failures are logged and go no further. */
export async function announceChange(
  promotion: StoredPromotion,
  to: Announcers,
): Promise<void> {
  const told = await Promise.allSettled([
    announceEntity(promotion.entityRef, to),
    to.events?.publish({
      topic: PROMOTION_EVENTS_TOPIC,
      eventPayload: toSummary(promotion),
    }),
  ]);
  for (const outcome of told) {
    if (outcome.status === 'rejected')
      to.logger.warn(
        `A change was not told: ${stringifyError(outcome.reason)}`,
      );
  }
}

/** Follows the engine: signals and events at every change, an audit event for what it wrote, a notification at the end. */
export function createAnnouncer(to: Announcers): EngineListener {
  return {
    async onChanged(before, after) {
      await announceChange(after, to);
      if (before.state === 'delivering' && after.state !== 'delivering')
        await auditDelivery(after, to);
      if (!FINAL_STATES.has(before.state) && TOLD_ENDS.has(after.state))
        await notify(after, to);
    },
  };
}

async function auditDelivery(
  promotion: StoredPromotion,
  { auditor }: Announcers,
): Promise<void> {
  const { id, entityRef, environment, requestedBy, deliveries } = promotion;
  const event = await auditor.createEvent({
    eventId: 'promotion-deliver',
    severityLevel: 'medium',
    meta: { id, entityRef, environment, requestedBy },
  });
  if (promotion.state === 'failed')
    return event.fail({ error: new Error(promotion.message) });
  const written = deliveries.map(({ repo, branch, commit, pullRequest }) => ({
    repo,
    branch,
    ...(commit ? { commit: commit.sha } : {}),
    ...(pullRequest ? { pullRequest: pullRequest.number } : {}),
  }));
  return event.success({ meta: { state: promotion.state, written } });
}

async function notify(
  promotion: StoredPromotion,
  { notifications }: Announcers,
): Promise<void> {
  if (!notifications || !promotion.owner) return;
  const { kind, namespace, name } = parseEntityRef(promotion.entityRef);
  await notifications.send({
    recipients: { type: 'entity', entityRef: promotion.owner },
    payload: {
      title: `Promotion of ${name} into ${promotion.environment}: ${promotion.state}`,
      description: promotion.message,
      link: `/catalog/${namespace}/${kind}/${name}/promotions`,
      severity: promotion.state === 'failed' ? 'high' : 'normal',
      topic: 'argocd-promotion',
      scope: promotion.id,
    },
  });
}
