import { KubernetesObject } from '../ports';
import { Clock } from '../clock/Clock';
import { ObjectStore, StoreEvent } from '../cluster/ObjectStore';
import { Timings } from '../cluster/timings';
import { ownersOf, uidOf } from '../cluster/objects';
import {
  Applications,
  appRef,
  ARGOCD_NAMESPACE,
  REFRESH,
} from './Applications';
import { ManagedResource, trackedBy } from './compare';
import { EventLog } from './events';
import { finalize } from './finalize';
import { Memories } from './Memories';
import { Operations } from './Operations';
import { Refresher } from './Refresher';
import { Targets } from './targets';
import { Tree, treeObjects } from './tree';
import { Application, AppProject, sourcesOf } from './types';

/** Argo CD's application controller: what happens in cluster and git makes it refresh, compare and sync. */
export class Controller {
  readonly events: EventLog;
  private readonly applications: Applications;
  private readonly memories = new Memories();
  private readonly refresher: Refresher;
  private readonly operations: Operations;
  private readonly treeListeners = new Set<(name: string) => void>();

  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
    targets: Targets,
    private readonly timings: Timings,
    private readonly pollInterval: number,
  ) {
    this.events = new EventLog(store, clock);
    this.applications = new Applications(store);
    this.refresher = new Refresher(
      store,
      clock,
      targets,
      timings,
      this.applications,
      this.memories,
      this.events,
      name => this.treeListeners.forEach(listener => listener(name)),
    );
    this.operations = new Operations(
      store,
      clock,
      targets,
      timings,
      this.applications,
      this.memories,
      this.events,
      name => this.refresher.request(name, 'latest'),
    );
    store.watch(event => this.onEvent(event));
    this.poll();
  }

  app(name: string): Application | undefined {
    return this.applications.get(name);
  }

  apps(): Application[] {
    return this.applications.all();
  }

  project(name: string): AppProject | undefined {
    return this.applications.project(name);
  }

  tree(name: string): Tree {
    return this.memories.peek(name)?.tree ?? {};
  }

  managed(name: string): ManagedResource[] {
    return this.memories.peek(name)?.managed ?? [];
  }

  treeObjects(name: string): KubernetesObject[] {
    return treeObjects(this.store, this.managed(name));
  }

  onTree(listener: (name: string) => void): () => void {
    this.treeListeners.add(listener);
    return () => this.treeListeners.delete(listener);
  }

  /** Asks for a refresh as the API and the webhook do: by annotation. */
  refresh(name: string): void {
    this.store.change(appRef(name), draft => {
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        [REFRESH]: 'normal',
      };
    });
  }

  /** A push reached a repository: everything that is rendered from it is refreshed. */
  pushed(repoURL: string, branch: string): void {
    const bare = (url: string) => url.replace(/\.git$/, '').replace(/\/$/, '');
    for (const app of this.apps()) {
      const touched = sourcesOf(app.spec).some(
        source =>
          bare(source.repoURL) === bare(repoURL) &&
          (!source.targetRevision ||
            source.targetRevision === 'HEAD' ||
            source.targetRevision.replace('refs/heads/', '') === branch),
      );
      if (touched) this.refresh(app.metadata.name);
    }
  }

  get busy(): boolean {
    return this.memories.busy;
  }

  private poll(): void {
    this.clock.after(
      this.pollInterval,
      () => {
        for (const app of this.apps())
          this.refresher.request(app.metadata.name, 'latest');
        this.poll();
      },
      { background: true },
    );
  }

  private onEvent({ type, object, previous }: StoreEvent): void {
    if (
      object.kind === 'Application' &&
      object.metadata.namespace === ARGOCD_NAMESPACE
    ) {
      this.onApplication(
        type,
        object as Application,
        previous as Application | undefined,
      );
    }
    const [owner, direct] = this.ownerOf(object);
    if (!owner) return;
    const specMoved =
      type !== 'MODIFIED' ||
      !previous ||
      JSON.stringify(previous.spec) !== JSON.stringify(object.spec);
    // Child Applications change their status all the time; that concerns their parent only when it is about the spec
    if (
      object.kind === 'Application' &&
      type === 'MODIFIED' &&
      !specMoved &&
      !object.metadata.deletionTimestamp
    )
      return;
    this.refresher.request(owner, direct ? 'recent' : 'tree');
    this.memories.wake(owner);
  }

  private onApplication(
    type: StoreEvent['type'],
    app: Application,
    previous?: Application,
  ): void {
    const name = app.metadata.name;
    if (type === 'DELETED') {
      this.memories.forget(name);
      return;
    }
    if (
      type === 'ADDED' ||
      JSON.stringify(previous?.spec) !== JSON.stringify(app.spec) ||
      app.metadata.annotations?.[REFRESH]
    ) {
      this.refresher.request(name, 'latest');
    }
    if (app.metadata.deletionTimestamp && !previous?.metadata.deletionTimestamp)
      finalize(app, this.applications, this.store, this.clock, this.timings);
    if (app.operation && !this.memories.of(name).operating)
      this.operations.start(name);
    if (app.status?.operationState?.phase === 'Terminating')
      this.memories.wake(name);
  }

  /** Which Application an object is part of, and whether git names the object itself. */
  private ownerOf(object: KubernetesObject): [string | undefined, boolean] {
    const direct = trackedBy(object);
    if (direct) return [this.app(direct) ? direct : undefined, true];
    let current: KubernetesObject | undefined = object;
    while (current) {
      const owner: ReturnType<typeof ownersOf>[number] | undefined =
        ownersOf(current)[0];
      if (!owner) break;
      current = this.store.get({
        group: owner.apiVersion.includes('/')
          ? owner.apiVersion.split('/')[0]
          : '',
        kind: owner.kind,
        namespace: object.metadata.namespace ?? '',
        name: owner.name,
      });
      const tracked =
        current && uidOf(current) === owner.uid
          ? trackedBy(current)
          : undefined;
      if (tracked) return [this.app(tracked) ? tracked : undefined, false];
    }
    return [undefined, false];
  }
}
