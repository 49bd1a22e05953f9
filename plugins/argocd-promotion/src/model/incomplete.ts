import { PipelineView } from '@fairway/backstage-plugin-argocd-promotion-common';

/** Whether the backend is likely to know more in a moment: what is looked at for the first time is read meanwhile. */
export function isIncomplete(view: PipelineView): boolean {
  return view.environments.some(environment =>
    environment.applications.some(
      ({ lastChange, images }) =>
        lastChange?.own === false ||
        images.some(image => image.source === 'unknown'),
    ),
  );
}
