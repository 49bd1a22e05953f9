import { InputError } from '@backstage/errors';
import {
  ManifestEdit,
  ManifestEditor,
  ManifestSource,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { encodeText } from '../bytes';
import { PinnedImage, sameRepository } from '../imageReference';
import { asRecord, asText, pinKeys } from '../pins';
import { kustomizeImagePins } from '../overrides/kustomizeImages';
import { resolvePath } from '../paths';
import { YamlChange } from '../yaml/YamlDocument';
import { YamlFile } from '../yaml/YamlFile';
import { Kustomization, walkKustomizations } from './kustomizations';
import {
  findContainers,
  mentions,
  pinInPodTemplates,
  readEdited,
} from './podTemplates';

type EditOptions = Parameters<ManifestEditor['edit']>[0];
type Reader = (path: string) => Promise<Uint8Array | undefined>;

/**
 * Pins in kustomizations. What is edited always belongs to the Application's own overlay:
 *
 * 1. an entry under `images` of the kustomization that the Application points to;
 * 2. else a Pod template in a resource or patch that this kustomization itself lists, below its own directory;
 * 3. else, when only a base pins or names the image, an entry is **added** to the overlay's `images`. It is applied
 *    after everything the bases do, and no other environment that is built on the base is touched.
 */
export class KustomizeEditor implements ManifestEditor {
  readonly kind = 'kustomize';

  async edit(options: EditOptions): Promise<ManifestEdit[] | undefined> {
    const edits: ManifestEdit[] = [];
    for (const [i, source] of options.sources.entries()) {
      const tree =
        source.path === undefined || source.chart
          ? undefined
          : await options.tree(i);
      // What the Application's spec pins is edited there.
      if (!tree || kustomizeImagePins(source, options.image).length > 0)
        continue;
      const directory = resolvePath('', source.path ?? '') ?? '';
      const read: Reader = path =>
        readEdited(tree, options.edited, source.repoURL, path);
      const [overlay, ...bases] = await walkKustomizations(read, directory);
      if (!overlay) continue;
      const edit = await editOverlay({ source, overlay, bases, read, options });
      if (edit) edits.push(...edit);
    }
    return edits.length > 0 ? edits : undefined;
  }
}

async function editOverlay(context: {
  source: ManifestSource;
  overlay: Kustomization;
  bases: Kustomization[];
  read: Reader;
  options: EditOptions;
}): Promise<ManifestEdit[] | undefined> {
  const { source, overlay, bases, read, options } = context;
  const { image, lookedAt } = options;
  const bytes = (await read(overlay.path)) ?? new Uint8Array();
  const common = {
    repoURL: source.repoURL,
    targetRevision: source.targetRevision,
  };
  lookedAt.push(`images of ${overlay.path}`);

  const own = pinEntries(overlay, image);
  if (own) {
    const file = YamlFile.of(bytes, overlay.path);
    const after =
      own.changes.length > 0 ? file.edit(new Map([[0, own.changes]])) : bytes;
    return [
      {
        ...common,
        path: overlay.path,
        before: bytes,
        after,
        from: own.from,
        where: `kustomize images of ${overlay.path}`,
      },
    ];
  }

  const edits: ManifestEdit[] = [];
  for (const path of overlay.files) {
    if (overlay.directory !== '' && !path.startsWith(`${overlay.directory}/`))
      continue;
    const content = await read(path);
    if (!content || !mentions(content, image)) continue;
    const edit = pinInPodTemplates({ bytes: content, path, image, ...common });
    if (edit) edits.push(edit);
  }
  if (edits.length > 0) return edits;

  const all = [overlay, ...bases];
  const inherited =
    (await findInBases(all, image, read, lookedAt)) ??
    // Of several sources another may bring the image.
    (options.sources.filter(each => each.path ?? each.chart).length === 1
      ? takenFromAfar(all, image)
      : undefined);
  if (!inherited) return undefined;
  const images = overlay.data.images;
  const index = Array.isArray(images) ? images.length : 0;
  const value = {
    name: inherited.name,
    ...(image.tag ? { newTag: image.tag } : {}),
    digest: image.digest,
  };
  const after = YamlFile.of(bytes, overlay.path).edit(
    new Map([[0, [{ path: ['images', index], value }]]]),
  );
  return [
    {
      ...common,
      path: overlay.path,
      before: bytes,
      after,
      from: inherited.from,
      where: `kustomize images of ${overlay.path} (added; ${inherited.path} is a base that others may share)`,
    },
  ];
}

/** The entries of a kustomization that decide about the image. */
function pinEntries(kustomization: Kustomization, image: PinnedImage) {
  const images = kustomization.data.images;
  if (!Array.isArray(images)) return undefined;
  const changes: YamlChange[] = [];
  let from: { tag?: string; digest?: string } | undefined;
  const names = new Set<string>();
  images.forEach((item, i) => {
    const entry = asRecord(item);
    const name = asText(entry?.name);
    if (!entry || !name) return;
    // An entry without tag and digest only renames; what pins is elsewhere or is added here.
    if (!sameRepository(asText(entry.newName) ?? name, image.repository))
      return;
    if (names.has(name)) {
      throw new InputError(
        `${kustomization.path} has two entries for the image ${name}; remove one of them`,
      );
    }
    names.add(name);
    const pin = pinKeys({
      map: ['images', i],
      current: { tag: asText(entry.newTag), digest: asText(entry.digest) },
      keys: { tag: 'newTag', digest: 'digest' },
      digestKey: true,
      after: ['newName', 'name'],
      image,
    });
    changes.push(...pin.changes);
    if (!from || pin.changes.length > 0) from = pin.from;
  });
  return from ? { changes, from } : undefined;
}

/**
 * The image as it comes out of what is not read (a remote base, a chart that kustomize renders): the Application runs
 * it by this name. Names of Docker Hub are spelled in several ways, so which one it has is not known.
 */
function takenFromAfar(all: Kustomization[], image: PinnedImage) {
  if (image.repository.startsWith('docker.io/')) return undefined;
  const far = all.flatMap(({ remote, data, path }) => [
    ...remote,
    ...('helmCharts' in data ? [`the charts of ${path}`] : []),
  ]);
  return far.length > 0
    ? { name: image.repository, path: far[0], from: {} }
    : undefined;
}

/** The image as the overlay sees it: the name it has when the bases are built. */
async function findInBases(
  all: Kustomization[],
  image: PinnedImage,
  read: Reader,
  lookedAt: string[],
) {
  for (const kustomization of all.slice(1)) {
    lookedAt.push(`images of ${kustomization.path}`);
    const entry = (
      Array.isArray(kustomization.data.images) ? kustomization.data.images : []
    )
      .map(asRecord)
      .find(
        item =>
          item &&
          sameRepository(
            asText(item.newName) ?? asText(item.name) ?? '',
            image.repository,
          ),
      );
    if (entry) {
      const tag = asText(entry.newTag);
      const digest = asText(entry.digest);
      return {
        name: asText(entry.newName) ?? asText(entry.name) ?? image.repository,
        path: kustomization.path,
        from: { ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) },
      };
    }
  }
  for (const kustomization of all) {
    lookedAt.push(
      ...kustomization.remote.map(
        remote => `${remote} (a remote base, which is not read)`,
      ),
    );
    const texts = await Promise.all(
      kustomization.files.map(async path => ({
        path,
        bytes: await read(path),
      })),
    );
    texts.push(
      ...kustomization.inline.map(text => ({
        path: kustomization.path,
        bytes: encodeText(text),
      })),
    );
    for (const { path, bytes } of texts) {
      if (!bytes || !mentions(bytes, image)) continue;
      for (const document of YamlFile.of(bytes, path).documents) {
        const [container] = findContainers(document.data, image);
        if (container)
          return { name: container.spelled, path, from: container.pin.from };
      }
    }
  }
  return undefined;
}
