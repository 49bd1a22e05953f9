import { ManagedResource } from './compare';
import { Target } from './targets';
import { Tree } from './tree';

/** How much of an Application is looked at anew: its tree, its objects too, or git as well. */
export type Level = 'tree' | 'recent' | 'latest';
export const LEVELS: Level[] = ['tree', 'recent', 'latest'];

/** What the controller remembers of an Application beside the object itself. */
export interface Memory {
  target?: Target;
  managed: ManagedResource[];
  tree: Tree;
  wanted?: Level;
  refreshing: boolean;
  operating: boolean;
  waiters: Set<() => void>;
  failure?: string;
}

export class Memories {
  private readonly byName = new Map<string, Memory>();

  peek(name: string): Memory | undefined {
    return this.byName.get(name);
  }

  of(name: string): Memory {
    let memory = this.byName.get(name);
    if (!memory) {
      memory = {
        managed: [],
        tree: {},
        refreshing: false,
        operating: false,
        waiters: new Set(),
      };
      this.byName.set(name, memory);
    }
    return memory;
  }

  forget(name: string): void {
    this.byName.delete(name);
  }

  get busy(): boolean {
    return [...this.byName.values()].some(
      memory => memory.refreshing || memory.wanted !== undefined,
    );
  }

  /** Tells the operation of an Application that something happened that it may wait for. */
  wake(name: string): void {
    for (const wake of [...this.of(name).waiters]) wake();
  }
}
