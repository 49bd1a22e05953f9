import { InputError } from '@backstage/errors';
import {
  ManifestEdit,
  ManifestEditor,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import {
  parseImageReference,
  PinnedImage,
  sameRepository,
} from '../imageReference';
import { asRecord, asText, Pin, pinKeys, pinScalar } from '../pins';
import { resolvePath } from '../paths';
import { YamlPath } from '../yaml/YamlDocument';
import { YamlFile } from '../yaml/YamlFile';
import { readEdited } from './podTemplates';
import { pinInText } from './textReferences';

/**
 * Says where images are pinned: `[<image repository>=]<file>[#<path.to.key>]`, several separated by commas. Without a
 * key the references to the image are edited wherever they stand in the file, of whatever language. The file is relative to the source's path, or with a leading `/` to the repository; `{environment}` stands for the target's name.
 */
export const ANNOTATION_IMAGE_PATH = 'argocd-promotion.fairway.dev/image-path';

/** Pins in the place that the entity's annotation names. */
export class AnnotationEditor implements ManifestEditor {
  readonly kind = 'annotation';

  async edit(
    options: Parameters<ManifestEditor['edit']>[0],
  ): Promise<ManifestEdit[] | undefined> {
    const hints = parseHints(
      options.annotations[ANNOTATION_IMAGE_PATH] ?? '',
    ).filter(
      ({ repository }) =>
        repository === undefined ||
        sameRepository(repository, options.image.repository),
    );
    for (const hint of hints) {
      for (const [i, source] of options.sources.entries()) {
        const tree = source.chart ? undefined : await options.tree(i);
        const path = resolvePath(
          hint.file.startsWith('/') ? '' : source.path ?? '',
          hint.file.replace(/^\/+/, ''),
        );
        if (!tree || path === undefined) continue;
        const place = hint.path.length > 0 ? `#${hint.path.join('.')}` : '';
        options.lookedAt.push(`${path}${place} (annotation)`);
        const bytes = await readEdited(
          tree,
          options.edited,
          source.repoURL,
          path,
        );
        if (!bytes) continue;
        const { repoURL, targetRevision } = source;
        if (hint.path.length === 0) {
          const pinned = pinInText(bytes, path, options.image);
          if (!pinned) continue;
          const where = `${path} (annotation)`;
          return [
            { repoURL, targetRevision, path, before: bytes, ...pinned, where },
          ];
        }
        const file = YamlFile.of(bytes, path);
        const index = file.documents.findIndex(
          document => document.get(hint.path) !== undefined,
        );
        if (index < 0) continue;
        const pin = pinAt(
          file.documents[index].get(hint.path),
          hint.path,
          options.image,
        );
        if (!pin) {
          // Without a repository the hint may be meant for another image of the entity.
          if (hint.repository === undefined) continue;
          throw new InputError(
            `${path} has no image, tag or digest at ${hint.path.join(
              '.',
            )}; correct the annotation ${ANNOTATION_IMAGE_PATH}`,
          );
        }
        return [
          {
            repoURL,
            targetRevision,
            path,
            before: bytes,
            after:
              pin.changes.length > 0
                ? file.edit(new Map([[index, pin.changes]]))
                : bytes,
            from: pin.from,
            where: `${hint.path.join('.')} of ${path} (annotation)`,
          },
        ];
      }
    }
    return undefined;
  }
}

interface Hint {
  repository?: string;
  file: string;
  path: YamlPath;
}

function parseHints(annotation: string): Hint[] {
  return annotation
    .split(/[,\n]/)
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(part => {
      const match = /^(?:([^=#]+)=)?([^#]+)(?:#(.+))?$/.exec(part);
      if (!match) {
        throw new InputError(
          `The annotation ${ANNOTATION_IMAGE_PATH} has '${part}'; write it as file#path.to.key, or as file alone`,
        );
      }
      const keys = (match[3] ?? '')
        .replace(/\[(\d+)\]/g, '.$1')
        .split(/(?<!\\)\./);
      const path = keys
        .filter(key => key !== '')
        .map(key =>
          /^\d+$/.test(key) ? Number(key) : key.replace(/\\\./g, '.'),
        );
      return {
        ...(match[1] ? { repository: match[1].trim() } : {}),
        file: match[2].trim(),
        path,
      };
    });
}

function pinAt(
  value: unknown,
  path: YamlPath,
  image: PinnedImage,
): Pin | undefined {
  const map = asRecord(value);
  if (map) {
    const name =
      asText(map.newName) ?? asText(map.repository) ?? asText(map.name);
    if (
      name !== undefined &&
      !sameRepository(
        map.registry ? `${map.registry}/${name}` : name,
        image.repository,
      )
    )
      return undefined;
    const tag = 'newTag' in map || 'newName' in map ? 'newTag' : 'tag';
    const current = { tag: asText(map[tag]), digest: asText(map.digest) };
    return pinKeys({
      map: path,
      current,
      keys: { tag, digest: 'digest' },
      digestKey: tag === 'newTag' || 'digest' in map,
      after: ['newName', 'repository', 'name'],
      image,
    });
  }
  const text = asText(value);
  if (text === undefined) return undefined;
  const reference = parseImageReference(text);
  if (reference && sameRepository(reference.repository, image.repository))
    return pinScalar(path, reference, image);
  if (/^[a-z0-9]+:[0-9a-f]{32,}$/i.test(text)) {
    return {
      changes: text === image.digest ? [] : [{ path, value: image.digest }],
      from: { digest: text },
    };
  }
  if (text.includes('/')) return undefined;
  return pinKeys({
    map: path.slice(0, -1),
    current: { tag: text },
    keys: { tag: String(path[path.length - 1]), digest: '' },
    digestKey: false,
    after: [],
    image,
  });
}
