import { KubernetesObject } from '../ports';
import { logOf } from '../cluster/logs';
import { isRecord, listAt, timestamp } from '../cluster/objects';
import { Application } from '../engine/types';
import { Session } from './accounts';
import { Instance } from './Instance';

interface LogEntry {
  content: string;
  timeStamp: string;
  last: boolean;
  timeStampStr: string;
  podName: string;
}

const containersOf = (pod: KubernetesObject): string[] =>
  listAt(pod, 'spec', 'containers').flatMap(container =>
    isRecord(container) ? [String(container.name)] : [],
  );

/** The last lines of the chosen Pods' containers, and an entry that says that it is the last. */
export function logs(
  instance: Instance,
  session: Session,
  app: Application,
  query: URLSearchParams,
): LogEntry[] {
  const { name } = app.metadata;
  instance.accounts.demand(
    session,
    'logs',
    'get',
    `${app.spec.project}/${name}`,
  );
  const asked = (what: string) => query.get(what) ?? '';
  const pods = instance.controller
    .treeObjects(name)
    .filter(
      ({ kind, metadata }) =>
        kind === 'Pod' &&
        (!asked('podName') || metadata.name === asked('podName')) &&
        (!asked('namespace') || metadata.namespace === asked('namespace')),
    );
  // Of a Pod that is none of the Application's, Argo CD sends nothing at all
  if (pods.length === 0) return [];
  const tail = asked('tailLines') ? Number(asked('tailLines')) : Infinity;
  const lines = pods.flatMap(pod => {
    const { name: podName } = pod.metadata;
    const [first] = containersOf(pod);
    return logOf(pod, asked('container') || first)
      .slice(-tail || Infinity)
      .map(({ text, time }) => ({
        content: text,
        timeStamp: time,
        last: false,
        timeStampStr: time,
        podName,
      }));
  });
  const now = timestamp(instance.clock.now());
  return [
    ...lines,
    { content: '', timeStamp: now, last: true, timeStampStr: now, podName: '' },
  ];
}
