import { KubernetesObject } from '../ports';
import { isRecord, listAt, textAt } from './objects';

export interface LogLine {
  text: string;
  /** RFC 3339, in UTC. */
  time: string;
}

/**
 * What a container has said: nothing is executed here, so that it is what its command says with `echo`. Nothing before
 * the container started.
 */
export function logOf(pod: KubernetesObject, name: string): LogLine[] {
  const byName = (item: unknown) => isRecord(item) && item.name === name;
  const container = listAt(pod, 'spec', 'containers').find(byName);
  const status = listAt(pod, 'status', 'containerStatuses').find(byName);
  const time =
    textAt(status, 'state', 'running', 'startedAt') ??
    textAt(status, 'state', 'terminated', 'startedAt');
  if (!time) return [];
  const script = [
    ...listAt(container, 'command'),
    ...listAt(container, 'args'),
  ].join(' ');
  return [
    ...script.matchAll(/\becho\s+(?:"([^"]*)"|'([^']*)'|([^;&|\n]*))/g),
  ].map(([, double, single, bare]) => ({
    text: (double ?? single ?? bare).trim(),
    time,
  }));
}
