import { textAt } from '../cluster/objects';
import { Application } from '../engine/types';
import { Session } from './accounts';
import { Instance } from './Instance';

/**
 * The log of a Pod of the Application's tree: one message a line and a last one without content. Of a Pod that is none
 * of its, Argo CD sends nothing at all.
 */
export function podLogs(
  instance: Instance,
  session: Session,
  app: Application,
  query: URLSearchParams,
): string {
  const object = `${app.spec.project}/${app.metadata.name}`;
  instance.accounts.demand(session, 'logs', 'get', object);
  const pod = instance.controller
    .treeObjects(app.metadata.name)
    .find(
      ({ kind, metadata }) =>
        kind === 'Pod' &&
        metadata.name === query.get('podName') &&
        metadata.namespace === query.get('namespace'),
    );
  if (!pod) return '';
  const podName = textAt(pod, 'metadata', 'name');
  const time = new Date(instance.clock.now()).toISOString();
  const tail = Number(query.get('tailLines') || 0);
  const lines = ['starting', 'listening on 8080', 'ready'];
  const entry = (content: string, last: boolean) =>
    JSON.stringify({
      result: {
        content,
        timeStamp: time.replace(/\.\d+Z$/, 'Z'),
        last,
        timeStampStr: time,
        podName,
      },
    });
  return [
    ...lines.slice(-tail).map(line => entry(line, false)),
    entry('', true),
  ]
    .map(line => `${line}\n`)
    .join('');
}
