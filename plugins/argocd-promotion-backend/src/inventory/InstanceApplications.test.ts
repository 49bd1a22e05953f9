import { parseApplication } from '../argocd/parseApplication';
import { InstanceApplications } from './InstanceApplications';

const app = (name: string, resourceVersion: string, uid = 'u') => {
  const parsed = parseApplication({
    metadata: { name, namespace: 'argocd', resourceVersion, uid },
    spec: {},
  });
  if (!parsed) throw new Error('not an Application');
  return parsed;
};
const versionOf = (all: InstanceApplications, name: string) =>
  all.get('argocd', name)?.metadata.resourceVersion;

describe('InstanceApplications', () => {
  it('keeps the newest version, in whatever order they come', () => {
    const all = new InstanceApplications();
    expect(all.upsert(app('a', '10'), 'stream')).toBe(true);
    expect(all.upsert(app('a', '9'), 'list')).toBe(false);
    expect(all.upsert(app('a', '10'), 'list')).toBe(false);
    expect(all.upsert(app('a', '100'), 'list')).toBe(true);
    expect(versionOf(all, 'a')).toBe('100');
  });

  it('finds what a list no longer has, and keeps what the stream added meanwhile', () => {
    const all = new InstanceApplications();
    all.upsert(app('a', '1'), 'stream');
    all.upsert(app('b', '2'), 'stream');
    all.beginList();
    all.upsert(app('b', '2'), 'list');
    all.upsert(app('c', '3'), 'stream');
    expect(all.endList()).toEqual(['argocd/a']);
    expect(all.size).toBe(2);
  });

  it('does not bring back what was deleted while the list was on its way, unless it was made anew', () => {
    const all = new InstanceApplications();
    all.upsert(app('a', '1'), 'stream');
    all.beginList();
    all.remove(app('a', '2'));
    expect(all.upsert(app('a', '1'), 'list')).toBe(false);
    expect(all.upsert(app('a', '3', 'new'), 'stream')).toBe(true);
    expect(all.endList()).toEqual([]);
    expect(versionOf(all, 'a')).toBe('3');
  });
});
