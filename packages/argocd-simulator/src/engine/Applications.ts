import { ObjectRef } from '../cluster/objects';
import { ObjectStore } from '../cluster/ObjectStore';
import { destinationError, projectErrors } from './targets';
import { Application, AppProject, OperationState } from './types';

export const ARGOCD_NAMESPACE = 'argocd';
export const REFRESH = 'argocd.argoproj.io/refresh';

export function appRef(name: string): ObjectRef {
  return {
    group: 'argoproj.io',
    kind: 'Application',
    namespace: ARGOCD_NAMESPACE,
    name,
  };
}

/** The Applications and AppProjects of one instance, as they are stored. */
export class Applications {
  constructor(private readonly store: ObjectStore) {}

  get(name: string): Application | undefined {
    return this.store.get(appRef(name)) as Application | undefined;
  }

  all(): Application[] {
    return this.store.list('Application', 'argoproj.io') as Application[];
  }

  project(name: string): AppProject | undefined {
    return this.store.get({ ...appRef(name), kind: 'AppProject' }) as
      | AppProject
      | undefined;
  }

  change(name: string, edit: (app: Application) => void): void {
    this.store.change(appRef(name), draft => edit(draft as Application));
  }

  changeOperation(
    name: string,
    edit: (state: OperationState, app: Application) => void,
  ): void {
    this.change(name, app => {
      if (app.status?.operationState) edit(app.status.operationState, app);
    });
  }

  /** Why an Application's spec can't be used. */
  specErrors(app: Application): string[] {
    const destination = destinationError(app.spec);
    if (destination) return [destination];
    const project = this.project(app.spec.project);
    if (!project)
      return [
        `Application referencing project ${app.spec.project} which does not exist`,
      ];
    return projectErrors(app.spec, project);
  }
}
