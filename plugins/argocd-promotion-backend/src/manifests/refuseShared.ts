import { InputError } from '@backstage/errors';
import { Draft } from './drafts';
import { PlanEditsOptions } from './planTypes';
import { filesReadBy } from './reach';
import { Trees } from './trees';

/** A file that another environment renders too can't be edited for one of them. */
export async function refuseShared(
  drafts: Draft[],
  options: PlanEditsOptions,
  trees: Trees,
): Promise<void> {
  if (drafts.length === 0) return;
  for (const other of options.otherApplications ?? []) {
    const treeOf = async (index: number) => {
      const source = other.sources[index];
      if (!source || source.chart) return undefined;
      // What can't be opened can't be the file that is edited either: that one was opened.
      return trees.open(source).catch((error: unknown) => {
        if (error instanceof InputError) return undefined;
        throw error;
      });
    };
    for (const { sourceIndex, path } of await filesReadBy(
      other.sources,
      treeOf,
    )) {
      const tree = await treeOf(sourceIndex);
      const shared = drafts.find(
        draft =>
          tree &&
          draft.path === path &&
          draft.tree.repo === tree.repo &&
          draft.tree.branch === tree.branch,
      );
      if (shared) {
        throw new InputError(
          `${path} is also rendered by the Application ${other.name} of another environment, which would change with it. Give each environment a file of its own (an overlay, or a value file) and pin the image there`,
        );
      }
    }
  }
}
