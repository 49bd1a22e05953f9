import { Inventory } from './Inventory';
import { ViewedEntities } from './ViewedEntities';

/** Refs of the entities on open pages that changes of these Applications (`instance/namespace/name`) concern. */
export function signalChanges(options: {
  keys: string[];
  inventory: Inventory;
  viewed: ViewedEntities;
}): string[] {
  const { keys, inventory, viewed } = options;
  return viewed.affected(
    keys.map(key => {
      const [instance, namespace, name] = key.split('/');
      const application = inventory.peek({
        instance,
        namespace,
        name,
      })?.application;
      return { key, instance, ...(application ? { application } : {}) };
    }),
  );
}
