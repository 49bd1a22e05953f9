import { Clock } from '../clock/Clock';
import { newUid, textAt, timestamp } from '../cluster/objects';
import { ObjectStore } from '../cluster/ObjectStore';
import { Application } from './types';

/** Kubernetes events about Applications, the newest thousand. */
export class EventLog {
  private entries: Array<{ app: string; event: Record<string, unknown> }> = [];

  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
  ) {}

  record(app: Application, reason: string, message: string): void {
    const time = timestamp(this.clock.now());
    const { name, namespace = '' } = app.metadata;
    const uid = newUid();
    this.entries.push({
      app: name,
      event: {
        metadata: {
          name: `${name}.${uid.replace(/-/g, '').slice(0, 16)}`,
          namespace,
          uid,
          resourceVersion: this.store.resourceVersion,
          creationTimestamp: time,
          annotations: {
            'dest-namespace': app.spec.destination.namespace ?? '',
            'dest-server': app.spec.destination.server ?? '',
          },
        },
        involvedObject: {
          kind: 'Application',
          namespace,
          name,
          uid: textAt(app, 'metadata', 'uid'),
          apiVersion: 'argoproj.io/v1alpha1',
          resourceVersion: textAt(app, 'metadata', 'resourceVersion'),
        },
        reason,
        message,
        source: { component: 'argocd-application-controller' },
        firstTimestamp: time,
        lastTimestamp: time,
        count: 1,
        type: reason === 'OperationFailed' ? 'Warning' : 'Normal',
        eventTime: null,
      },
    });
    if (this.entries.length > 1_000) this.entries = this.entries.slice(-1_000);
  }

  of(app: string): Array<Record<string, unknown>> {
    return this.entries
      .filter(entry => entry.app === app)
      .map(entry => entry.event);
  }
}
