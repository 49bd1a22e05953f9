import { ManifestEdit } from '@fairway/backstage-plugin-argocd-promotion-node';
import { gitBlobId } from './bytes';
import { unifiedPatch } from './patch/unifiedPatch';
import { PlannedFile } from './planTypes';
import { OpenTree, withoutCredentials } from './trees';

/** A file as a plan changes it so far, maybe for several images and Applications. */
export interface Draft {
  tree: OpenTree;
  path: string;
  before: Uint8Array;
  after: Uint8Array;
  where: string[];
  applications: string[];
}

/** Adds an edit to what the plan does to its file. */
export function addDraft(
  drafts: Map<string, Draft>,
  tree: OpenTree,
  edit: ManifestEdit,
  application: string,
): void {
  const key = `${tree.repo} ${tree.branch} ${edit.path}`;
  const known = drafts.get(key);
  const draft = known ?? {
    tree,
    path: edit.path,
    before: edit.before,
    after: edit.after,
    where: [],
    applications: [],
  };
  draft.after = edit.after;
  if (!draft.where.includes(edit.where)) draft.where.push(edit.where);
  if (!draft.applications.includes(application))
    draft.applications.push(application);
  drafts.set(key, draft);
}

/** The file as the plan tells it. */
export function toPlannedFile({
  tree,
  path,
  before,
  after,
  where,
  applications,
}: Draft): PlannedFile {
  return {
    repo: withoutCredentials(tree.repo),
    branch: tree.branch,
    path,
    before,
    after,
    blobBefore: gitBlobId(before),
    blobAfter: gitBlobId(after),
    patch: unifiedPatch(path, before, after),
    where,
    applications,
  };
}
