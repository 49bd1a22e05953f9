export { gitBlobId } from './bytes';
export { parseImageReference } from './imageReference';
export { planEdits } from './planEdits';
export { unifiedPatch } from './patch/unifiedPatch';
export type {
  PlanApplication,
  PlanEditsOptions,
  PlannedEdits,
  PlannedFile,
} from './planTypes';
