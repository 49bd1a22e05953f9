import { Release } from '@fairway/backstage-plugin-argocd-promotion-common';
import { chartKey, chartsOf } from '../../deployments/charts';
import { ApplicationSource } from '../../argocd/types';
import {
  Deployment,
  DeployedApplicationState,
  DeploymentService,
} from '../../deployments/types';
import { PlannedFile } from '../../manifests';
import { repositoryKey } from '../repositoryUrl';
import { applicationKey, FollowedApplication } from '../types';

/** The sources of an Application, one or several. */
export function sourcesOf(
  state: Pick<DeployedApplicationState, 'application'>,
): ApplicationSource[] {
  const { sources, source } = state.application.spec;
  if (sources && sources.length > 0) return sources;
  return source ? [source] : [];
}

function reads(
  sources: ApplicationSource[],
  file: PlannedFile,
): 'file' | 'repository' | undefined {
  const same = sources.filter(
    ({ repoURL }) => repositoryKey(repoURL) === repositoryKey(file.repo),
  );
  if (same.length === 0) return undefined;
  const within = same.some(({ path, ref }) => {
    const directory = (path ?? '').replace(/^\.?\/+|\/+$/g, '');
    return (
      ref !== undefined ||
      directory === '' ||
      directory === '.' ||
      file.path.startsWith(`${directory}/`)
    );
  });
  return within ? 'file' : 'repository';
}

/** Which Applications must take the edits, and which must run the release: the deployment's, and roots that carry an edit. */
export function followedApplications(
  deployment: Deployment,
  release: Release,
  files: PlannedFile[],
  deployments: Pick<DeploymentService, 'getApplication'>,
): FollowedApplication[] {
  const promoted = new Set(release.images.map(({ repository }) => repository));
  const followed = new Map<string, FollowedApplication>();
  const follow = (
    state: Pick<DeployedApplicationState, 'instance' | 'application'>,
    images: string[],
  ) => {
    const { namespace, name } = state.application.metadata;
    const { instance } = state;
    const key = applicationKey({ instance, namespace, name });
    const known = followed.get(key);
    if (known) return known;
    const project = state.application.spec.project;
    const added: FollowedApplication = {
      instance,
      namespace,
      name,
      project,
      renders: [],
      images,
    };
    followed.set(key, added);
    return added;
  };
  const addRender = (application: FollowedApplication, file: PlannedFile) => {
    const known = application.renders.some(
      ({ repo, branch }) => repo === file.repo && branch === file.branch,
    );
    if (!known)
      application.renders.push({ repo: file.repo, branch: file.branch });
  };

  for (const deployed of deployment.applications) {
    const images = deployed.images
      .map(({ repository }) => repository)
      .filter(name => promoted.has(name));
    const child = follow(deployed, [...new Set(images)]);
    const installed = new Set(chartsOf(deployed.application).map(chartKey));
    const charts = (release.charts ?? []).filter(chart =>
      installed.has(chartKey(chart)),
    );
    if (charts.length > 0) child.charts = charts;
    for (const file of files) {
      if (!file.applications.includes(deployed.application.metadata.name))
        continue;
      const byChild = reads(sourcesOf(deployed), file);
      const root =
        deployed.parent && deployments.getApplication(deployed.parent);
      const byRoot = root && reads(sourcesOf(root), file);
      // A child that only shares the repository with the file leaves it to the root whose folder holds it.
      if (byChild === 'file' || !root || byRoot !== 'file')
        addRender(child, file);
      else addRender(follow(root, []), file);
    }
  }
  return [...followed.values()];
}
