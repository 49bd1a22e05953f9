import { InputError } from '@backstage/errors';
import {
  ManifestEdit,
  ManifestEditor,
  ManifestSource,
  ManifestTree,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { equalBytes } from './bytes';
import { editCharts } from './charts/editCharts';
import { addDraft, Draft, toPlannedFile } from './drafts';
import {
  ANNOTATION_IMAGE_PATH,
  AnnotationEditor,
} from './editors/AnnotationEditor';
import { HelmValuesEditor } from './editors/HelmValuesEditor';
import { KustomizeEditor } from './editors/KustomizeEditor';
import { PlainManifestEditor } from './editors/PlainManifestEditor';
import {
  assertPinnedImage,
  PinnedImage,
  sameRepository,
} from './imageReference';
import { editOverrides } from './overrides/editOverrides';
import { PlanApplication, PlanEditsOptions, PlannedEdits } from './planTypes';
import { refuseShared } from './refuseShared';
import { OpenTree, Trees } from './trees';

/** The editors that come with the product, in the order in which they are asked. */
function builtInEditors(): ManifestEditor[] {
  return [
    new AnnotationEditor(),
    new KustomizeEditor(),
    new HelmValuesEditor(),
    new PlainManifestEditor(),
  ];
}

/**
 * The exact edits that make the Applications run the images. Nothing is written, and everything that would make the
 * edits ineffective or reach another environment is refused here.
 */
export async function planEdits(
  options: PlanEditsOptions,
): Promise<PlannedEdits> {
  const { applications, images, charts = [] } = options;
  images.forEach(assertPinnedImage);
  if (applications.length === 0)
    throw new InputError('There is no Application in the target environment');
  if (images.length === 0 && charts.length === 0)
    throw new InputError(
      'The release has neither image nor chart that could be promoted',
    );
  for (const application of applications) refuseHydrated(application);

  const trees = new Trees(options.getRepository);
  const editors = [...(options.editors ?? []), ...builtInEditors()];
  const annotations = substitute(
    options.annotations ?? {},
    options.environment,
  );
  const drafts = new Map<string, Draft>();
  const edited = new Map<string, Uint8Array>();
  const used = new Map<string, OpenTree>();
  const changes: PlannedEdits['changes'] = [];
  const chartChanges: NonNullable<PlannedEdits['chartChanges']> = [];
  /** Applications whose chart changes: images that nothing else pins come with it. */
  const carried = new Set<string>();
  const add = async (edit: ManifestEdit, application: string) => {
    const tree = await trees.open(edit);
    used.set(`${tree.repo} ${tree.branch}`, tree);
    if (equalBytes(edit.before, edit.after)) return false;
    addDraft(drafts, tree, edit, application);
    edited.set(`${edit.repoURL} ${edit.path}`, edit.after);
    return true;
  };

  for (const application of applications) {
    const found = await editCharts({ application, charts, trees, edited });
    for (const edit of found.edits) await add(edit, application.name);
    chartChanges.push(...found.changes);
    if (found.changes.length > 0) carried.add(application.name);
  }
  for (const image of images) {
    const lookedAt: string[] = [];
    const unreadable: string[] = [];
    let located = false;
    let from: ManifestEdit['from'] | undefined;
    for (const application of applications) {
      const runs = application.runs?.some(repository =>
        sameRepository(repository, image.repository),
      );
      if (application.runs && !runs) continue;
      const open = treeOpener(application, trees, unreadable);
      const overrides = await editOverrides({
        application,
        image,
        trees,
        tree: open,
        edited,
      });
      const inFiles = await firstEdit(editors, {
        sources: overrides.sources,
        image,
        open,
        edited,
        lookedAt,
        annotations,
      });
      const found = overrides.located || inFiles !== undefined;
      if (!found && carried.has(application.name)) located = true;
      else if (!found && runs)
        throw notLocated(image, application.name, lookedAt, unreadable);
      if (!found) continue;
      located = true;
      for (const edit of [...overrides.edits, ...(inFiles ?? [])]) {
        if (await add(edit, application.name)) from ??= edit.from;
      }
    }
    if (!located)
      throw notLocated(
        image,
        applications.map(({ name }) => name).join(', '),
        lookedAt,
        unreadable,
      );
    if (from) {
      const { repository, digest, tag } = image;
      changes.push({
        repository,
        from,
        to: { digest, ...(tag ? { tag } : {}) },
      });
    }
  }

  await refuseShared([...drafts.values()], options, trees);
  return {
    base: [...used.values()].map(({ repo, branch, commit }) => ({
      repo,
      branch,
      commit,
    })),
    edits: [...drafts.values()].map(toPlannedFile),
    changes,
    ...(chartChanges.length > 0
      ? { chartChanges: distinct(chartChanges) }
      : {}),
  };
}

/** Several Applications of one chart change it in the same way. */
function distinct<T>(items: T[]): T[] {
  const texts = items.map(item => JSON.stringify(item));
  return items.filter((_, i) => texts.indexOf(texts[i]) === i);
}

function refuseHydrated(application: PlanApplication): void {
  if (!application.hydrated) return;
  throw new InputError(
    `The Application ${application.name} is hydrated (spec.sourceHydrator): its branch is written by Argo CD, and a commit there would be overwritten. Promote by editing its dry source`,
  );
}

function substitute(
  annotations: Record<string, string>,
  environment: string | undefined,
): Record<string, string> {
  if (environment === undefined) return annotations;
  const entries = Object.entries(annotations);
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      value.replaceAll('{environment}', environment),
    ]),
  );
}

/** Trees of an Application's sources; why one can't be read is noted for the error that follows if nothing is found. */
function treeOpener(
  application: PlanApplication,
  trees: Trees,
  unreadable: string[],
) {
  return async (index: number): Promise<ManifestTree | undefined> => {
    const source = application.sources[index];
    if (!source || source.chart) return undefined;
    try {
      return await trees.open(source);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      if (!unreadable.includes(error.message)) unreadable.push(error.message);
      return undefined;
    }
  };
}

async function firstEdit(
  editors: ManifestEditor[],
  context: {
    sources: ManifestSource[];
    image: PinnedImage;
    open(index: number): Promise<ManifestTree | undefined>;
    edited: ReadonlyMap<string, Uint8Array>;
    lookedAt: string[];
    annotations: Record<string, string>;
  },
): Promise<ManifestEdit[] | undefined> {
  const { sources, image, open, edited, lookedAt, annotations } = context;
  for (const editor of editors) {
    const edits = await editor.edit({
      sources,
      tree: open,
      image,
      edited,
      lookedAt,
      annotations,
    });
    if (edits && edits.length > 0) return edits;
  }
  return undefined;
}

function notLocated(
  image: PinnedImage,
  application: string,
  lookedAt: string[],
  unreadable: string[],
): InputError {
  if (unreadable.length > 0)
    return new InputError(
      `${image.repository} can't be promoted: ${unreadable.join('; ')}`,
    );
  const places = [...new Set(lookedAt)];
  return new InputError(
    `It was not found where ${
      image.repository
    } is pinned for ${application}. Looked at: ${
      places.join('; ') || 'no readable source'
    }. Tell it with the annotation ${ANNOTATION_IMAGE_PATH}: '${
      image.repository
    }=<file>#<path.to.key>'`,
  );
}
