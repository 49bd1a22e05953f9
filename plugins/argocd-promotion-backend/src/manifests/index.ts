export { gitBlobId } from './bytes';
export { parseImageReference } from './imageReference';
export { planEdits } from './planEdits';
export type {
  PlanApplication,
  PlanEditsOptions,
  PlannedEdits,
  PlannedFile,
} from './planTypes';
