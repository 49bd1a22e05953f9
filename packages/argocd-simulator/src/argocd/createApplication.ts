import { KubernetesObject, RepositoryError } from '../ports';
import { textAt } from '../cluster/objects';
import { appRef } from '../engine/Applications';
import {
  destinationError,
  projectErrors,
  TargetError,
} from '../engine/targets';
import { Application, sourcesOf } from '../engine/types';
import { Session } from './accounts';
import { ApiError } from './errors';
import { ApiRequest } from './http';
import { Instance, served, specText } from './Instance';

/** Why an Application's sources can't be read or rendered: looked at before what its project allows. */
async function sourceError(
  instance: Instance,
  app: Application,
): Promise<string | undefined> {
  for (const { repoURL } of sourcesOf(app.spec)) {
    try {
      await instance.git.resolveRevision(repoURL, 'HEAD');
    } catch (error) {
      if (!(error instanceof RepositoryError)) continue;
      return (
        `repository not accessible: repositories not accessible: &Repository{Repo: "${repoURL}", Type: "", Name: "", Project: ""}: ` +
        'repo client error while testing repository: rpc error: code = Unknown desc = error testing repository connectivity: ' +
        `unable to ls-remote HEAD on repository: ${error.message}`
      );
    }
  }
  try {
    await instance.targets.load(app);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const path = sourcesOf(app.spec)[0]?.path;
    return `Unable to generate manifests in ${path}: rpc error: code = Unknown desc = ${error.short}`;
  }
  return undefined;
}

export async function createApp(
  instance: Instance,
  session: Session,
  request: ApiRequest,
): Promise<unknown> {
  const body = request.body as KubernetesObject;
  const name = textAt(body, 'metadata', 'name') ?? '';
  const app = body as Application;
  const project = textAt(app, 'spec', 'project') || 'default';
  instance.accounts.demand(
    session,
    'applications',
    'create',
    `${project}/${name}`,
  );
  const wanted = instance.controller.project(project);
  if (!wanted)
    throw new ApiError(
      3,
      `app is not allowed in project "${project}", or the project does not exist`,
    );
  const invalid = (message: string) =>
    new ApiError(
      3,
      `application spec for ${name} is invalid: InvalidSpecError: ${message}`,
    );
  const existing = instance.app(name);
  const upsert = request.query.get('upsert') === 'true';
  if (existing) {
    if (specText(existing) === specText(app)) return served(existing);
    if (!upsert)
      throw new ApiError(
        3,
        'existing application spec is different, use upsert flag to force update',
      );
  }
  if (request.query.get('validate') !== 'false') {
    const unusable = await sourceError(instance, app);
    if (unusable) throw invalid(unusable);
  }
  const [forbidden] = [
    destinationError(app.spec) ?? [],
    projectErrors(app.spec, wanted),
  ].flat();
  if (forbidden) throw invalid(forbidden);
  if (existing) {
    const changed = instance.store.change(appRef(name), draft => {
      draft.spec = app.spec;
      draft.metadata.labels = app.metadata.labels ?? draft.metadata.labels;
    });
    return served(changed ?? existing);
  }
  return served(instance.create('Application', app));
}
