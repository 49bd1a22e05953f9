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

/** Asks those who may approve a promotion that waits; the same note is renewed when its plan has become another. */
export async function askApprovers(
  promotion: StoredPromotion,
  { notifications, logger }: Pick<Announcers, 'notifications' | 'logger'>,
): Promise<void> {
  const { id, state, approvers = [], environment, requestedBy } = promotion;
  const { entityRef, upstreamRequester, plan } = promotion;
  const approval = plan.gates.some(({ kind }) => kind === 'approval');
  if (!notifications || state !== 'waiting' || !approval) return;
  const recipients = approvers.filter(ref => ref !== requestedBy);
  if (recipients.length === 0) return;
  const { name } = parseEntityRef(entityRef);
  const what = plan.changes
    .map(({ repository, to }) => `${repository} ${to.tag ?? to.digest}`)
    .join(', ');
  try {
    await notifications.send({
      recipients: {
        type: 'entity',
        entityRef: recipients,
        excludeEntityRef: [requestedBy, upstreamRequester].filter(
          (ref): ref is string => ref !== undefined && ref.includes(':'),
        ),
      },
      payload: {
        title: `Your approval is asked for: ${name} into ${environment}`,
        description: `${requestedBy} asks to promote ${what}. Look at the plan, and approve or reject it.`,
        link: pageOf(entityRef),
        severity: 'normal',
        topic: 'argocd-promotion',
        scope: `${id}:approval`,
      },
    });
  } catch (error) {
    logger.warn(`Approvers were not asked: ${stringifyError(error)}`);
  }
}

/** Tells the owner that somebody has promoted past the gates. */
export async function tellOverride(
  promotion: StoredPromotion,
  { notifications, logger }: Pick<Announcers, 'notifications' | 'logger'>,
): Promise<void> {
  const { override, owner, entityRef, environment, id } = promotion;
  if (!notifications || !override || !owner) return;
  const { name } = parseEntityRef(entityRef);
  try {
    await notifications.send({
      recipients: { type: 'entity', entityRef: owner },
      payload: {
        title: `Gates were overridden: ${name} into ${environment}`,
        description: `By ${override.by}: ${override.reason}`,
        link: pageOf(entityRef),
        severity: 'high',
        topic: 'argocd-promotion',
        scope: `${id}:override`,
      },
    });
  } catch (error) {
    logger.warn(`An override was not told: ${stringifyError(error)}`);
  }
}

function pageOf(entityRef: string): string {
  const { kind, namespace, name } = parseEntityRef(entityRef);
  return `/catalog/${namespace}/${kind}/${name}/promotion`;
}

/** Follows the engine: signals and events at every change, an audit event for what it wrote, a notification at the end. */
export function createAnnouncer(to: Announcers): EngineListener {
  return {
    async onChanged(before, after) {
      await announceChange(after, to);
      if (before.state === 'delivering' && after.state !== 'delivering')
        await auditDelivery(after, to);
      if (before.state === 'delivering') await askApprovers(after, to);
      if (before.state !== after.state)
        await auditTransition(before, after, to);
      // The end of a train is told to owners of whom nobody asked.
      const told = TOLD_ENDS.has(after.state) || after.train !== undefined;
      const ends =
        !FINAL_STATES.has(before.state) && FINAL_STATES.has(after.state);
      if (ends && told) await notify(after, to);
    },
  };
}

/** What the engine does by itself; what people do is audited with their request. */
async function auditTransition(
  before: StoredPromotion,
  after: StoredPromotion,
  { auditor }: Announcers,
): Promise<void> {
  const { id, entityRef, environment, requestedBy, message, plan } = after;
  const event = await auditor.createEvent({
    eventId: 'promotion-transition',
    severityLevel: 'low',
    meta: {
      ...{ id, entityRef, environment, requestedBy, message },
      ...{ from: before.state, to: after.state, planHash: plan.hash },
    },
  });
  await event.success();
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
  const { name } = parseEntityRef(promotion.entityRef);
  await notifications.send({
    recipients: { type: 'entity', entityRef: promotion.owner },
    payload: {
      title: `Promotion of ${name} into ${promotion.environment}: ${promotion.state}`,
      description: promotion.message,
      link: pageOf(promotion.entityRef),
      severity: promotion.state === 'failed' ? 'high' : 'normal',
      topic: 'argocd-promotion',
      scope: promotion.id,
    },
  });
}
