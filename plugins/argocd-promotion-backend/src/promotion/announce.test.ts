import { mockServices } from '@backstage/backend-test-utils';
import { samplePlan, samplePromotion } from './__testUtils__/samples';
import {
  askApprovers,
  createAnnouncer,
  PROMOTION_EVENTS_TOPIC,
  tellOverride,
} from './announce';

const waiting = samplePromotion({ state: 'waiting' });
const delivering = { ...waiting, state: 'delivering' as const };
const syncing = {
  ...waiting,
  state: 'syncing' as const,
  deliveries: [{ ...waiting.deliveries[0], commit: { sha: 'f'.repeat(40) } }],
};
const failed = {
  ...waiting,
  state: 'failed' as const,
  message: 'Could not be written: no rights',
};

describe('createAnnouncer', () => {
  const setUp = () => {
    const event = {
      success: jest.fn(async () => {}),
      fail: jest.fn(async () => {}),
    };
    const auditor = mockServices.auditor.mock({
      createEvent: jest.fn(async () => event),
    });
    const events = mockServices.events.mock();
    const signals = { publish: jest.fn(async () => {}) };
    const notifications = { send: jest.fn(async () => {}) };
    const logger = mockServices.logger.mock();
    const announcer = createAnnouncer({
      auditor,
      events,
      logger,
      notifications,
      signals,
    });
    return {
      announcer,
      auditor,
      event,
      events,
      logger,
      notifications,
      signals,
    };
  };

  it('audits a delivery with what was written where', async () => {
    const { announcer, auditor, event } = setUp();
    await announcer.onChanged(waiting, delivering);
    expect(auditor.createEvent.mock.calls).toEqual([
      [
        {
          eventId: 'promotion-transition',
          severityLevel: 'low',
          meta: expect.objectContaining({
            id: waiting.id,
            from: 'waiting',
            to: 'delivering',
            planHash: waiting.plan.hash,
          }),
        },
      ],
    ]);
    await announcer.onChanged(delivering, syncing);
    const { id, entityRef, environment, requestedBy } = waiting;
    expect(auditor.createEvent).toHaveBeenCalledWith({
      eventId: 'promotion-deliver',
      severityLevel: 'medium',
      meta: { id, entityRef, environment, requestedBy },
    });
    const { repo, branch } = waiting.deliveries[0];
    expect(event.success).toHaveBeenCalledWith({
      meta: {
        state: 'syncing',
        written: [{ repo, branch, commit: 'f'.repeat(40) }],
      },
    });
  });

  it('audits a delivery that failed, with its reason', async () => {
    const { announcer, event } = setUp();
    await announcer.onChanged(delivering, failed);
    // Of the change of state, but not of the delivery.
    expect(event.success.mock.calls.flat()).toEqual([]);
    expect(event.fail).toHaveBeenCalledWith({
      error: new Error('Could not be written: no rights'),
    });
  });

  it('publishes a summary without patches at every change, and signals keys only', async () => {
    const { announcer, events, signals, notifications } = setUp();
    await announcer.onChanged(waiting, delivering);
    expect(events.publish).toHaveBeenCalledWith({
      topic: PROMOTION_EVENTS_TOPIC,
      eventPayload: expect.objectContaining({
        id: waiting.id,
        state: 'delivering',
      }),
    });
    expect(JSON.stringify(events.publish.mock.calls)).not.toContain('patch');
    expect(signals.publish).toHaveBeenCalledWith({
      recipients: { type: 'broadcast' },
      channel: 'argocd-promotion',
      message: { type: 'changed', entityRefs: [waiting.entityRef] },
    });
    expect(notifications.send).not.toHaveBeenCalled();
  });

  it('notifies the owner of the end, once, and louder of a failure', async () => {
    const { announcer, notifications } = setUp();
    await announcer.onChanged(syncing, failed);
    await announcer.onChanged(failed, failed);
    expect(notifications.send).toHaveBeenCalledTimes(1);
    expect(notifications.send).toHaveBeenCalledWith(
      expect.objectContaining({
        recipients: { type: 'entity', entityRef: 'group:default/payments' },
        payload: expect.objectContaining({
          severity: 'high',
          scope: waiting.id,
        }),
      }),
    );
  });

  it('tells the owners of a train of any end, since it may be by somebody else', async () => {
    const { announcer, notifications } = setUp();
    const cancelled = { ...waiting, state: 'cancelled' as const };
    await announcer.onChanged(waiting, cancelled);
    expect(notifications.send).not.toHaveBeenCalled();
    const train = { id: waiting.id, position: 1 };
    await announcer.onChanged(
      { ...waiting, train },
      { ...cancelled, train, message: 'Its train does not go' },
    );
    expect(notifications.send).toHaveBeenCalledWith(
      expect.objectContaining({
        payload: expect.objectContaining({
          description: 'Its train does not go',
          severity: 'normal',
        }),
      }),
    );
  });

  it('asks approvers when approval is required, and again when the plan has changed', async () => {
    const { announcer, notifications, logger } = setUp();
    await askApprovers(waiting, { notifications, logger });
    expect(notifications.send).not.toHaveBeenCalled();
    const asked = samplePromotion({
      approvers: ['group:default/payments', waiting.requestedBy],
      upstreamRequester: 'user:default/bo',
      plan: samplePlan({
        gates: [
          { kind: 'approval', title: 'Approval', state: 'pending', reason: '' },
        ],
      }),
    });
    await askApprovers(asked, { notifications, logger });
    expect(notifications.send).toHaveBeenCalledWith({
      recipients: {
        type: 'entity',
        entityRef: ['group:default/payments'],
        excludeEntityRef: [waiting.requestedBy, 'user:default/bo'],
      },
      payload: expect.objectContaining({
        title: 'Your approval is asked for: checkout into staging',
        description: expect.stringContaining(
          'registry.example.com/checkout 1.1.0',
        ),
        link: '/catalog/default/component/checkout/promotion',
        scope: `${asked.id}:approval`,
      }),
    });
    await announcer.onChanged({ ...asked, state: 'delivering' }, asked);
    expect(notifications.send).toHaveBeenCalledTimes(2);
    await announcer.onChanged(asked, { ...asked, message: 'Approval: 0 of 1' });
    expect(notifications.send).toHaveBeenCalledTimes(2);
  });

  it('tells the owner loudly that gates were overridden', async () => {
    const { notifications, logger } = setUp();
    await tellOverride(waiting, { notifications, logger });
    expect(notifications.send).not.toHaveBeenCalled();
    notifications.send.mockRejectedValueOnce(new Error('no notifications'));
    const override = {
      by: 'user:default/pam',
      at: '2026-11-25T10:00:00.000Z',
      reason: 'production is down',
      skipped: ['Approval'],
      planHash: waiting.plan.hash,
    };
    await tellOverride({ ...waiting, override }, { notifications, logger });
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(notifications.send).toHaveBeenCalledWith(
      expect.objectContaining({
        recipients: { type: 'entity', entityRef: waiting.owner },
        payload: expect.objectContaining({
          severity: 'high',
          description: 'By user:default/pam: production is down',
        }),
      }),
    );
  });

  it('goes on when nobody listens', async () => {
    const { announcer, events, signals, event, logger } = setUp();
    events.publish.mockRejectedValue(new Error('no bus'));
    signals.publish.mockRejectedValue(new Error('no socket'));
    await announcer.onChanged(delivering, syncing);
    // The delivery and the change of state.
    expect(event.success).toHaveBeenCalledTimes(2);
    expect(logger.warn).toHaveBeenCalledTimes(2);
  });
});
