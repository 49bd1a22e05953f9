import {
  app,
  child,
  contextFor,
  forestOf,
  known,
  nodeOf,
} from './__testUtils__/forests';
import { rootsView, rootView } from './views';

const outline = (view: ReturnType<typeof rootsView>) =>
  Object.fromEntries(
    view.environments.map(({ name = '-', roots, orphans }) => [
      name,
      {
        roots: roots.map(root => root.name),
        orphans: orphans.map(orphan => orphan.name),
      },
    ]),
  );

describe('roots by environment', () => {
  const company = () =>
    forestOf(
      app('bootstrap', {
        resources: [child('dev-root'), child('prod-root'), child('tools')],
      }),
      app('dev-root', {
        root: 'bootstrap',
        resources: [child('team-a'), child('shop-dev')],
      }),
      app('team-a', { root: 'dev-root', resources: [child('a-dev')] }),
      app('a-dev', { root: 'team-a', environment: 'dev' }),
      app('shop-dev', {
        root: 'dev-root',
        environment: 'dev',
        status: {
          sync: { status: 'OutOfSync' },
          health: { status: 'Degraded' },
        },
      }),
      app('prod-root', {
        root: 'bootstrap',
        environment: 'prod',
        resources: [
          child('shop-prod'),
          child('new-prod', {
            status: 'OutOfSync',
            health: { status: 'Missing' },
          }),
          child('old-prod', { status: 'OutOfSync', requiresPruning: true }),
        ],
      }),
      app('shop-prod', { root: 'prod-root', environment: 'prod' }),
      app('old-prod', { root: 'prod-root', environment: 'prod' }),
      app('tools', { root: 'bootstrap' }),
      app('by-hand-prod', { environment: 'prod' }),
      app('by-hand'),
    );

  it('names the topmost root that is of one environment alone', () => {
    expect(outline(rootsView(company(), contextFor()))).toEqual({
      dev: { roots: ['dev-root'], orphans: [] },
      prod: { roots: ['prod-root'], orphans: ['by-hand-prod'] },
      '-': { roots: ['bootstrap'], orphans: ['by-hand'] },
    });
  });

  it('takes the top where there is but one environment', () => {
    const forest = forestOf(
      app('top', { resources: [child('group')] }),
      app('group', { root: 'top', resources: [child('a')] }),
      app('a', { root: 'group', environment: 'prod' }),
    );
    expect(outline(rootsView(forest, contextFor()))).toEqual({
      prod: { roots: ['top'], orphans: [] },
    });
  });

  it('counts what is beneath, and where the root itself hangs', () => {
    const { environments } = rootsView(company(), contextFor());
    const [dev, prod] = environments.map(({ roots }) => roots[0]);
    expect(dev).toMatchObject({
      path: [{ name: 'bootstrap' }],
      counts: { total: 2, missing: 0, extra: 0, outOfSync: 1, unhealthy: 1 },
    });
    // What hangs under a root without a label of its own is of the root's environment.
    expect(prod.counts).toEqual({
      total: 3,
      missing: 1,
      extra: 1,
      outOfSync: 0,
      unhealthy: 0,
    });
  });

  it('lists no more orphans than anybody reads, and says how many there are', () => {
    const forest = forestOf(
      ...Array.from({ length: 520 }, (_, i) =>
        app(`a${i}`, { environment: 'dev' }),
      ),
    );
    const [dev] = rootsView(forest, contextFor()).environments;
    expect([dev.orphans.length, dev.orphansLeftOut]).toEqual([500, 20]);
  });

  describe('for who may see only some', () => {
    const forest = company();
    const sight = contextFor(new Set([nodeOf(forest, 'a-dev')]));

    it('shows theirs and the names of what they hang under, and nothing else', () => {
      const { partial, environments } = rootsView(forest, sight);
      expect(partial).toBe(true);
      const text = JSON.stringify(environments);
      for (const hidden of ['shop', 'prod', 'by-hand', 'tools', 'new', 'old'])
        expect(text).not.toContain(hidden);
      expect(environments).toEqual([
        {
          name: 'dev',
          roots: [
            {
              kind: 'Application',
              instance: 'main',
              namespace: 'argocd',
              name: 'dev-root',
              id: 'Application/main/argocd/dev-root',
              parent: 'Application/main/argocd/bootstrap',
              state: 'named',
              wave: 0,
              children: 1,
              notes: [],
              path: [
                {
                  kind: 'Application',
                  instance: 'main',
                  namespace: 'argocd',
                  name: 'bootstrap',
                },
              ],
              counts: {
                total: 1,
                missing: 0,
                extra: 0,
                outOfSync: 0,
                unhealthy: 0,
              },
              waves: 'none',
            },
          ],
          orphans: [],
          orphansLeftOut: 0,
        },
      ]);
    });

    it('shows of a root the way to theirs, and no problems of others', () => {
      const view = rootView(nodeOf(forest, 'bootstrap'), sight);
      expect(view?.nodes.map(({ name, state }) => `${name} ${state}`)).toEqual([
        'dev-root named',
        'team-a named',
        'a-dev live',
      ]);
      expect(view?.problems).toEqual([]);
      expect(rootView(nodeOf(forest, 'prod-root'), sight)).toBeUndefined();
    });

    it('shows the owner of a root what it lists and Argo CD does not have', () => {
      const root = nodeOf(forest, 'prod-root');
      const view = rootView(root, contextFor(new Set([root])));
      expect(view?.nodes.map(({ name }) => name)).toEqual(['new-prod']);
      expect(view?.root.children).toBe(1);
    });

    it('leaves out sentences that name others', () => {
      const rivals = forestOf(
        app('root', { resources: [child('a')] }),
        app('rival', { resources: [child('a')] }),
        app('a', { root: 'root' }),
      );
      const root = nodeOf(rivals, 'root');
      const notes = (context = contextFor()) =>
        rootView(root, context)?.nodes[0].notes;
      expect(notes()).toHaveLength(1);
      expect(notes(contextFor(new Set([nodeOf(rivals, 'a')])))).toEqual([]);
    });
  });
});

describe('waves between children', () => {
  const root = (more: object, treeRead = false) =>
    known(
      app('root', {
        resources: [
          child('a', { syncWave: -1, ...more }),
          child('b', { syncWave: 2, ...more }),
        ],
      }),
      { treeRead },
    );
  const children = [
    app('a', { root: 'root', wave: -1 }),
    app('b', { root: 'root', wave: 2 }),
  ];
  const told = (...parts: Parameters<typeof forestOf>) => {
    const view = rootView(nodeOf(forestOf(...parts), 'root'), contextFor());
    return [view?.waves[0].effect, view?.problems.map(({ code }) => code)];
  };

  it('says that they have no effect when Applications have no health', () => {
    expect(told(root({}, true), ...children)).toEqual([
      'ineffective',
      ['waves-without-effect'],
    ]);
    const forest = forestOf(root({}, true), ...children);
    const [problem] = rootView(nodeOf(forest, 'root'), contextFor())!.problems;
    expect(problem.message).toContain(
      'under root are in waves -1, 2, and no wave waits for the one before',
    );
    expect(problem.remedy).toContain(
      'resource.customizations.health.argoproj.io_Application',
    );
  });

  it('says nothing as long as it does not know', () => {
    expect(told(root({}), ...children)).toEqual(['unknown', []]);
  });

  it('knows that they have when any child has a health', () => {
    expect(
      told(root({ health: { status: 'Progressing' } }), ...children),
    ).toEqual(['effective', []]);
  });

  it('says nothing of children in one wave', () => {
    expect(
      told(
        root({ syncWave: 0 }, true),
        app('a', { root: 'root' }),
        app('b', { root: 'root' }),
      ),
    ).toEqual(['none', []]);
  });
});
