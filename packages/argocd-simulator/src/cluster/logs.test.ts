import { KubernetesObject } from '../ports';
import { logOf } from './logs';

const pod = (container: object, state?: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'main', ...container }] },
  status: state ? { containerStatuses: [{ name: 'main', state }] } : {},
});
const running = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const texts = (of: KubernetesObject) =>
  logOf(of, 'main').map(({ text }) => text);

describe('the log of a container', () => {
  it('is what its command says', () => {
    const command = ['sh', '-c', 'echo "one; two" && echo three; exit 1'];
    expect(texts(pod({ command }, running))).toEqual(['one; two', 'three']);
    expect(texts(pod({ args: ['true'] }, running))).toEqual([]);
  });

  it('is a server’s where no command is given, and outlives it', () => {
    const terminated = { terminated: { startedAt: '2026-01-01T00:00:00Z' } };
    expect(texts(pod({}, terminated))).toContain('ready');
  });

  it('is empty before it started, and of a container that is none of the Pod’s', () => {
    expect(texts(pod({}))).toEqual([]);
    expect(logOf(pod({}, running), 'other')).toEqual([]);
  });
});
