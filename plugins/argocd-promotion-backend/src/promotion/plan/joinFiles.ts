import { PlannedFile, unifiedPatch } from '../../manifests';
import { repositoryKey } from '../repositoryUrl';

/** The same for two spellings of one repository. */
export const fileKey = ({
  repo,
  branch,
  path,
}: Pick<PlannedFile, 'repo' | 'branch' | 'path'>) =>
  JSON.stringify([repositoryKey(repo), branch, path]);

/** Edits that were made one on top of the other, in order, as one edit of each file. */
export function joinFiles(edits: PlannedFile[]): PlannedFile[] {
  const joined = new Map<string, PlannedFile>();
  for (const edit of edits) {
    const first = joined.get(fileKey(edit));
    if (!first) {
      joined.set(fileKey(edit), edit);
      continue;
    }
    const { path, before, blobBefore } = first;
    joined.set(fileKey(edit), {
      ...edit,
      before,
      blobBefore,
      patch: unifiedPatch(path, before, edit.after),
      where: [...new Set([...first.where, ...edit.where])],
      applications: [...new Set([...first.applications, ...edit.applications])],
    });
  }
  return [...joined.values()];
}
