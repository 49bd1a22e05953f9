import { KubernetesObject } from '../ports';
import { isRecord, listAt, textAt } from './objects';

interface LogLine {
  text: string;
  /** RFC 3339, in UTC. */
  time: string;
}

/** What is said by a container that runs its image's own command. */
const SERVER = ['starting', 'listening on 8080', 'ready'];

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
  const words = [...listAt(container, 'command'), ...listAt(container, 'args')];
  return (words.length > 0 ? echoes(words.join(' ')) : SERVER).map(text => ({
    text,
    time,
  }));
}

function echoes(script: string): string[] {
  const said = /\becho\s+(?:"([^"]*)"|'([^']*)'|([^;&|\n]*))/g;
  return [...script.matchAll(said)].map(([, double, single, bare]) =>
    (double ?? single ?? bare).trim(),
  );
}
