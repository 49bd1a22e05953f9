import fc from 'fast-check';
import {
  app,
  child,
  drawn,
  forestOf,
  known,
  nodeOf,
} from './__testUtils__/forests';
import { above, beneath } from './walk';

describe('how Applications hang together', () => {
  it('finds roots by tracking id, in the order of waves, at any depth', () => {
    const forest = forestOf(
      app('bootstrap', { resources: [child('dev-root'), child('prod-root')] }),
      app('dev-root', {
        root: 'bootstrap',
        resources: [
          child('b', { syncWave: 10 }),
          child('a', { syncWave: 10 }),
          child('z', { syncWave: -5 }),
        ],
      }),
      app('prod-root', { root: 'bootstrap', resources: [] }),
      app('a', { root: 'dev-root', wave: 10 }),
      app('b', { root: 'dev-root', wave: 10 }),
      app('z', { root: 'dev-root', wave: -5 }),
      app('alone'),
    );
    expect(drawn(forest)).toEqual([
      'alone',
      'bootstrap',
      '  dev-root',
      '    z wave -5',
      '    a wave 10',
      '    b wave 10',
      '  prod-root',
    ]);
  });

  it('finds them by the tracking label as far as the root says so too', () => {
    const label = (name: string) => ({
      labels: { 'app.kubernetes.io/instance': name },
    });
    const forest = forestOf(
      app('root', { resources: [child('a')] }),
      app('a', label('root')),
      // A chart's own label, which happens to be the name of an Application.
      app('b', label('root')),
      // Nothing is known of what this one manages.
      app('unread'),
      app('c', label('unread')),
    );
    expect(drawn(forest)).toEqual(['b', 'root', '  a', 'unread', '  c']);
  });

  it('finds them by what a root lists when the label has another name', () => {
    const forest = forestOf(app('root', { resources: [child('a')] }), app('a'));
    expect(drawn(forest)).toEqual(['root', '  a']);
  });

  it('reads the names of roots in other namespaces', () => {
    const forest = forestOf(
      app('root', {
        namespace: 'team',
        resources: [child('a', { namespace: 'team' })],
      }),
      app('a', { namespace: 'team', root: 'team_root' }),
      // Of a plain name the root stands in Argo CD's own namespace.
      app('root', { resources: [child('b', { namespace: 'team' })] }),
      app('b', { namespace: 'team', root: 'root' }),
    );
    expect([
      nodeOf(forest, 'a').parent?.id,
      nodeOf(forest, 'b').parent?.id,
    ]).toEqual(['Application/main/team/root', 'Application/main/argocd/root']);
  });

  it('takes ApplicationSets as parents, under the root that lists them', () => {
    const forest = forestOf(
      app('root', {
        resources: [
          child('previews', { kind: 'ApplicationSet' }),
          child('lost', {
            kind: 'ApplicationSet',
            status: 'OutOfSync',
            health: { status: 'Missing' },
          }),
        ],
      }),
      app('preview-1', { set: 'previews' }),
      app('preview-2', { set: 'previews' }),
      app('tenant-1', { set: 'tenants' }),
    );
    expect(drawn(forest)).toEqual([
      'root',
      '  lost (ApplicationSet) missing',
      '  previews (ApplicationSet)',
      '    preview-1',
      '    preview-2',
      'tenants (ApplicationSet)',
      '  tenant-1',
    ]);
  });

  it('tells what git has and Argo CD not, and the reverse', () => {
    const forest = forestOf(
      known(
        app('root', {
          resources: [
            child('new', {
              status: 'OutOfSync',
              health: { status: 'Missing' },
              syncWave: 3,
            }),
            child('old', { status: 'OutOfSync', requiresPruning: true }),
            child('gone', { status: 'OutOfSync', requiresPruning: true }),
            child('other-team'),
            child('differs-and-hidden', { status: 'OutOfSync' }),
            child('hook', { status: 'OutOfSync', hook: true }),
          ],
        }),
        { treeRead: true },
      ),
      app('old', { root: 'root' }),
    );
    expect(drawn(forest)).toEqual([
      'root',
      '  differs-and-hidden unseen',
      '  old extra',
      '  other-team unseen',
      '  new wave 3 missing',
    ]);
  });

  it('counts what differs and is not there as missing until the tree was read: a list tells no health', () => {
    const root = app('root', {
      resources: [child('new', { status: 'OutOfSync' })],
    });
    expect(drawn(forestOf(root))).toEqual(['root', '  new missing']);
  });

  it('says what is odd', () => {
    const forest = forestOf(
      app('root', { resources: [child('both')] }),
      app('rival', { resources: [child('both')] }),
      app('both', { root: 'root' }),
      app('left', { root: 'deleted-root' }),
      app('copied', { root: 'root' }),
      app('self', { root: 'self', resources: [child('self')] }),
    );
    const notes = (name: string) =>
      nodeOf(forest, name).notes.map(({ text }) => text);
    expect(notes('both')).toEqual([
      "It is listed by rival too: two Applications that manage one undo each other's changes.",
    ]);
    expect(notes('left')).toEqual([
      'Its tracking id names deleted-root, an Application that this Argo CD does not have: it was deleted and left this one behind, or the token does not see it.',
    ]);
    expect(notes('copied')).toEqual([
      'Its tracking id names root, which does not list it.',
    ]);
    expect(notes('self')).toEqual(['It manages itself.']);
    expect(nodeOf(forest, 'left').parent).toBeUndefined();
  });

  it('follows a root into the cluster of another Argo CD', () => {
    const forest = forestOf(
      known(app('root', { resources: [child('a'), child('b')] }), {
        instance: 'hub',
      }),
      known(app('b', { root: 'root' }), { instance: 'hub' }),
      known(app('a', { root: 'root' }), { instance: 'edge' }),
      // Another Argo CD with the same names and a root that we do not see.
      known(app('b', { root: 'root' }), { instance: 'edge' }),
    );
    expect(forest.get('Application/edge/argocd/a')?.parent?.id).toBe(
      'Application/hub/argocd/root',
    );
    expect(forest.get('Application/edge/argocd/b')?.parent).toBeUndefined();
    expect(forest.get('Application/hub/argocd/b')?.parent?.id).toBe(
      'Application/hub/argocd/root',
    );
  });

  it('survives circles, and tells of them', () => {
    const forest = forestOf(
      app('a', { root: 'c', resources: [child('b')] }),
      app('b', { root: 'a', resources: [child('c')] }),
      app('c', { root: 'b', resources: [child('a'), child('leaf')] }),
      app('leaf', { root: 'c' }),
    );
    expect(drawn(forest)).toEqual(['a', '  b', '    c', '      leaf']);
    expect(nodeOf(forest, 'a').notes.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^It manages itself through (b, c|c, b)\.$/),
    ]);
  });

  it('has every Application once, whatever hangs under what', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const sketch = fc.record({
      root: fc.option(fc.constantFrom(...names, 'nowhere'), { nil: undefined }),
      wave: fc.option(fc.integer({ min: -2, max: 2 }), { nil: undefined }),
      lists: fc.subarray(names),
      set: fc.option(fc.constantFrom('s', 't'), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.tuple(...names.map(() => sketch)), sketches => {
        const forest = forestOf(
          ...sketches.map(({ lists, root, wave, set }, i) =>
            app(names[i], {
              ...(root ? { root } : {}),
              ...(wave === undefined ? {} : { wave }),
              ...(set ? { set } : {}),
              resources: lists.map(name => child(name)),
            }),
          ),
        );
        const tops = [...forest.values()].filter(({ parent }) => !parent);
        const all = tops.flatMap(top => [top, ...beneath(top)]);
        expect(all.map(({ id }) => id).sort()).toEqual(
          [...forest.keys()].sort(),
        );
        for (const name of names)
          expect(forest.has(`Application/main/argocd/${name}`)).toBe(true);
        for (const node of all)
          for (const manager of above(node))
            expect(beneath(manager)).toContain(node);
      }),
    );
  });

  it('walks as deep as it must', () => {
    const depth = 5_000;
    const forest = forestOf(
      ...Array.from({ length: depth }, (_, i) =>
        app(`n${i}`, {
          ...(i > 0 ? { root: `n${i - 1}` } : { environment: 'dev' }),
          resources: i + 1 < depth ? [child(`n${i + 1}`)] : [],
        }),
      ),
    );
    const last = nodeOf(forest, `n${depth - 1}`);
    expect(above(last)).toHaveLength(depth - 1);
    expect(last.environment).toBe('dev');
    expect(beneath(nodeOf(forest, 'n0'))).toHaveLength(depth - 1);
  });
});
