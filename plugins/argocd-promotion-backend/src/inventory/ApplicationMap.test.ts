import fc from 'fast-check';
import { Application } from '../argocd/types';
import { ApplicationMap } from './ApplicationMap';
import { facet, facetsOf } from './facets';

const MARK = 'argocd-promotion.fairway.dev/entity';

const application = (
  name: string,
  labels: Record<string, string> = {},
  annotations: Record<string, string> = {},
): Application =>
  ({
    metadata: { name, namespace: 'argocd', labels, annotations },
    spec: { project: `project-of-${labels.team ?? 'nobody'}` },
    status: {},
  } as unknown as Application);

describe('ApplicationMap', () => {
  it('finds by name, project, label and mark', () => {
    const map = new ApplicationMap<{ application: Application }>();
    map.set('b', {
      application: application('b', { team: 'red', [MARK]: 'Shop.B' }),
    });
    map.set('a', {
      application: application(
        'a',
        { team: 'red' },
        { [MARK]: 'Component:Shop/A' },
      ),
    });
    const found = (...facets: string[]) =>
      map.withAny(facets).map(entry => entry.application.metadata.name);
    expect(found(facet.name('a'))).toEqual(['a']);
    expect(found(facet.label('team', 'red'))).toEqual(['a', 'b']);
    expect(found(facet.project('project-of-red'))).toEqual(['a', 'b']);
    expect(found(facet.mark('component:shop/a'))).toEqual(['a']);
    expect(found(facet.mark('shop.b'), facet.name('b'))).toEqual(['b']);
    expect(found(facet.label('team', 'blue'))).toEqual([]);
    map.clear();
    expect(found(facet.name('a'))).toEqual([]);
  });

  it('finds what a look at all of them would find, after any changes', () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const team = fc.constantFrom('red', 'blue', undefined);
    const change = fc.oneof(
      fc.record({ key, team }),
      fc.record({ key, gone: fc.constant(true as const) }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), changes => {
        const map = new ApplicationMap<{ application: Application }>();
        for (const step of changes) {
          if ('gone' in step) map.delete(step.key);
          else
            map.set(step.key, {
              application: application(
                step.key,
                step.team ? { team: step.team } : {},
              ),
            });
        }
        for (const wanted of [
          facet.name('a'),
          facet.label('team', 'red'),
          facet.project('project-of-nobody'),
        ])
          expect(map.withAny([wanted])).toEqual(
            [...map]
              .sort(([a], [b]) => a.localeCompare(b))
              .map(([, entry]) => entry)
              .filter(entry => facetsOf(entry.application).includes(wanted)),
          );
      }),
    );
  });
});
