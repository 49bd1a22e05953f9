import { KubernetesObject } from '../ports';
import { isRecord, textAt } from '../cluster/objects';
import { appRef } from '../engine/Applications';
import { AppProject } from '../engine/types';
import { Session } from './accounts';
import { ApiError } from './errors';
import { ApiRequest } from './http';
import { Instance, served, specText } from './Instance';

const NAME =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

const refOfProject = (name: string) => ({
  ...appRef(name),
  kind: 'AppProject',
});

function find(instance: Instance, name: string): AppProject {
  const project = instance.controller.project(name);
  if (!project)
    throw new ApiError(5, `appprojects.argoproj.io "${name}" not found`);
  return project;
}

function checkPolicies(project: AppProject): void {
  for (const role of project.spec.roles ?? []) {
    const subject = `proj:${project.metadata.name}:${role.name}`;
    for (const policy of role.policies ?? []) {
      const parts = policy.split(',').map(part => part.trim());
      if (parts[1] !== subject) {
        throw new ApiError(
          3,
          `invalid policy rule '${policy}': policy subject must be: '${subject}', not '${parts[1]}'`,
        );
      }
    }
  }
}

function roleStatus(project: AppProject): Record<string, unknown> {
  const roles = project.spec.roles ?? [];
  return roles.length
    ? {
        jwtTokensByRole: Object.fromEntries(roles.map(role => [role.name, {}])),
      }
    : {};
}

export function listProjects(instance: Instance, session: Session): unknown {
  const items = instance.store
    .list('AppProject', 'argoproj.io')
    .filter(project =>
      instance.accounts.can(session, 'projects', 'get', project.metadata.name),
    )
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map(project => served(project));
  return {
    metadata: { resourceVersion: instance.store.resourceVersion },
    items: items.length ? items : null,
  };
}

export function getProject(
  instance: Instance,
  session: Session,
  name: string,
  rest: string[],
): unknown {
  instance.accounts.demand(session, 'projects', 'get', name);
  const project = find(instance, name);
  const whole = { ...served(project), status: roleStatus(project) };
  switch (rest.join('/')) {
    case '':
      return whole;
    case 'detailed':
      return { project: whole };
    case 'globalprojects':
      return {};
    case 'events':
      return {
        metadata: { resourceVersion: instance.store.resourceVersion },
        items: null,
      };
    default:
      return undefined;
  }
}

function goName(key: string): string {
  return key[0].toUpperCase() + key.slice(1);
}

export function createProject(
  instance: Instance,
  session: Session,
  request: ApiRequest,
): unknown {
  const body = isRecord(request.body) ? request.body : {};
  const wanted = body.project as AppProject;
  const name = textAt(wanted, 'metadata', 'name') ?? '';
  instance.accounts.demand(session, 'projects', 'create', name);
  if (!NAME.test(name)) {
    throw new ApiError(
      3,
      `AppProject.argoproj.io "${name}" is invalid: metadata.name: Invalid value: "${name}": ${RULE}`,
    );
  }
  checkPolicies(wanted);
  const existing = instance.controller.project(name);
  if (!existing) return served(instance.create('AppProject', wanted));
  if (specText(existing) === specText(wanted)) return served(existing);
  if (body.upsert !== true) {
    const keys = [
      ...new Set([
        ...Object.keys(existing.spec),
        ...Object.keys(wanted.spec ?? {}),
      ]),
    ].filter(
      key =>
        JSON.stringify(existing.spec[key]) !==
        JSON.stringify(wanted.spec?.[key]),
    );
    throw new ApiError(
      3,
      `existing project spec is different; use upsert flag to force update; difference in keys "${keys
        .map(goName)
        .join(',')}"`,
    );
  }
  return served(write(instance, wanted));
}

function write(instance: Instance, wanted: AppProject): KubernetesObject {
  const changed = instance.store.change(
    refOfProject(wanted.metadata.name),
    draft => {
      draft.spec = wanted.spec;
      if (wanted.metadata.labels)
        draft.metadata.labels = wanted.metadata.labels;
      if (wanted.metadata.annotations)
        draft.metadata.annotations = wanted.metadata.annotations;
      draft.status = roleStatus(wanted);
    },
  );
  return changed ?? wanted;
}

export function updateProject(
  instance: Instance,
  session: Session,
  name: string,
  request: ApiRequest,
): unknown {
  const body = isRecord(request.body) ? request.body : {};
  const wanted = body.project as AppProject;
  instance.accounts.demand(session, 'projects', 'update', name);
  const existing = find(instance, name);
  checkPolicies(wanted);
  if (wanted.metadata.resourceVersion !== existing.metadata.resourceVersion) {
    throw new ApiError(
      10,
      `Operation cannot be fulfilled on appprojects.argoproj.io "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    );
  }
  return served(write(instance, wanted));
}

export function deleteProject(
  instance: Instance,
  session: Session,
  name: string,
): unknown {
  instance.accounts.demand(session, 'projects', 'delete', name);
  find(instance, name);
  const users = instance.controller
    .apps()
    .filter(app => app.spec.project === name).length;
  if (users > 0)
    throw new ApiError(3, `project is referenced by ${users} applications`);
  instance.store.delete(refOfProject(name));
  return {};
}
