import { ANNOTATION_ENTITY } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Application } from '../argocd/types';

/** Words under which Applications are found without looking at all of them. */
export const facet = {
  name: (name: string): string => `name ${name}`,
  project: (project: string): string => `project ${project}`,
  label: (key: string, value: string): string => `label ${key}=${value}`,
  /** What our annotation or label on the Application says, in whatever spelling. */
  mark: (value: string): string => `mark ${value.toLowerCase()}`,
};

/** Every facet of an Application. Two Applications with a facet in common are alike in that, and only in that. */
export function facetsOf({ metadata, spec }: Application): string[] {
  const labels = metadata.labels ?? {};
  const facets = [facet.name(metadata.name), facet.project(spec.project)];
  for (const [key, value] of Object.entries(labels))
    facets.push(facet.label(key, value));
  for (const mark of [
    metadata.annotations?.[ANNOTATION_ENTITY],
    labels[ANNOTATION_ENTITY],
  ])
    if (mark) facets.push(facet.mark(mark));
  return facets;
}
