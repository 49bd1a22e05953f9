import { Clock } from '../clock/Clock';
import { listAt, refOf, textAt } from '../cluster/objects';
import { ObjectStore } from '../cluster/ObjectStore';
import { Timings } from '../cluster/timings';
import { Applications, appRef } from './Applications';
import { trackedBy } from './compare';
import { Application } from './types';

const FINALIZER = 'resources-finalizer.argocd.argoproj.io';

/** Deletes what a deleted Application manages, then lets it go. */
export function finalize(
  app: Application,
  apps: Applications,
  store: ObjectStore,
  clock: Clock,
  timings: Timings,
): void {
  if (!listAt(app, 'metadata', 'finalizers').includes(FINALIZER)) return;
  const name = app.metadata.name;
  const uid = textAt(app, 'metadata', 'uid');
  void clock.track(
    (async () => {
      const owned = [...store.all()].filter(
        object => trackedBy(object) === name,
      );
      for (const object of owned) store.delete(refOf(object));
      const gone = () => owned.every(object => !store.get(refOf(object)));
      for (let tries = 0; !gone() && tries < 100; tries++)
        await clock.sleep(timings.podStop);
      if (textAt(apps.get(name), 'metadata', 'uid') !== uid) return;
      store.change(appRef(name), draft => {
        draft.metadata.finalizers = [];
      });
    })(),
  );
}
