import { ManagerKey } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application, ResourceStatus } from '../argocd/types';

/** An Application as the forest is built from it. */
export interface KnownApplication {
  instance: string;
  application: Application;
  /** Whether its tree was read, so that a resource without health is known to have none. */
  treeRead?: boolean;
}

/** A sentence about a node; `names` when it names other Applications, which not everybody may hear of. */
export interface Note {
  text: string;
  names: boolean;
}

/** One Application or ApplicationSet, with what it hangs under and what hangs under it. */
export interface ForestNode extends ManagerKey {
  id: string;
  /** Absent for ApplicationSets, and for Applications that only their root tells of. */
  known?: KnownApplication;
  /** How its manager lists it. */
  listing?: ResourceStatus;
  parent?: ForestNode;
  /** By wave, then by name. */
  children: ForestNode[];
  state: 'live' | 'missing' | 'extra' | 'unseen';
  wave: number;
  /** The Application's own, else that of what it hangs under. */
  environment?: string;
  notes: Note[];
}

/** Everything that manages or is managed, by id. */
export type Forest = Map<string, ForestNode>;

export const nodeId = ({
  kind,
  instance,
  namespace,
  name,
}: ManagerKey): string => `${kind}/${instance}/${namespace}/${name}`;

export const keyOf = ({
  kind,
  instance,
  namespace,
  name,
}: ManagerKey): ManagerKey => ({ kind, instance, namespace, name });
