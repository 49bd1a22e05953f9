import { mockServices } from '@backstage/backend-test-utils';
import { samplePromotion } from './__testUtils__/samples';
import { createAnnouncer, PROMOTION_EVENTS_TOPIC } from './announce';

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
    expect(auditor.createEvent).not.toHaveBeenCalled();
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
    expect(event.success).not.toHaveBeenCalled();
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

  it('goes on when nobody listens', async () => {
    const { announcer, events, signals, event, logger } = setUp();
    events.publish.mockRejectedValue(new Error('no bus'));
    signals.publish.mockRejectedValue(new Error('no socket'));
    await announcer.onChanged(delivering, syncing);
    expect(event.success).toHaveBeenCalledTimes(1);
    expect(logger.warn).toHaveBeenCalledTimes(2);
  });
});
