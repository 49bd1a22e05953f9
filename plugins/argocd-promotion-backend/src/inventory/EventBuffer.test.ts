import { scriptedApplication as app } from '../__testUtils__/ScriptedArgocd';
import { EventBuffer } from './EventBuffer';

describe('EventBuffer', () => {
  it('hands on the last event of each Application, and those that come while it does', async () => {
    const buffer = new EventBuffer();
    const add = (name: string, version: string) =>
      buffer.add({ type: 'MODIFIED', application: app(name, version) });
    add('a', '1');
    add('b', '1');
    add('a', '2');
    const seen: string[] = [];
    await buffer.drain(event => {
      if (event.type === 'ERROR') return;
      const { name, resourceVersion } = event.application.metadata;
      seen.push(`${name} ${resourceVersion}`);
      if (name === 'b') add('c', '1');
    }, 0);
    expect(seen).toEqual(['a 2', 'b 1', 'c 1']);
  });

  it('refuses more than there could be', () => {
    const buffer = new EventBuffer();
    expect(() => {
      for (let i = 0; i < 60_000; i += 1)
        buffer.add({ type: 'ADDED', application: app(`a${i}`, '1') });
    }).toThrow(/more than 50000 Applications/);
  });
});
