import {
  ManifestEdit,
  ManifestTree,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { PinnedImage, repositoryBaseName } from '../imageReference';
import { asRecord, asText, Pin, pinScalar, referenceTo } from '../pins';
import { YamlPath } from '../yaml/YamlDocument';
import { YamlFile } from '../yaml/YamlFile';

/** A container whose image is of the wanted repository. */
interface FoundContainer {
  path: YamlPath;
  /** For people: `container checkout of Deployment checkout`. */
  where: string;
  /** The repository as it is spelled there. */
  spelled: string;
  pin: Pin;
}

const LISTS = ['containers', 'initContainers', 'ephemeralContainers'];

/**
 * Containers that run the image, in any object: whatever kind embeds a Pod template (Deployment, CronJob, Rollout or a
 * custom resource) has lists of containers somewhere inside.
 */
export function findContainers(
  data: unknown,
  image: PinnedImage,
): FoundContainer[] {
  if (Array.isArray(data)) return findInOperations(data, image);
  const object = asRecord(data);
  if (!object || object.kind === 'CustomResourceDefinition') return [];
  const found: FoundContainer[] = [];
  const walk = (value: unknown, path: YamlPath, owner: string) => {
    if (Array.isArray(value)) {
      value.forEach((item, i) => walk(item, [...path, i], owner));
      return;
    }
    const map = asRecord(value);
    if (!map) return;
    const name =
      asText(map.kind) && asRecord(map.metadata)
        ? `${map.kind} ${asText(asRecord(map.metadata)?.name) ?? ''}`.trim()
        : owner;
    for (const [key, nested] of Object.entries(map)) {
      if (LISTS.includes(key) && Array.isArray(nested)) {
        nested.forEach((item, i) => {
          const container = asRecord(item);
          const current = referenceTo(container?.image, image);
          if (!current) return;
          const at = [...path, key, i, 'image'];
          const where = `container ${asText(container?.name) ?? i} of ${name}`;
          found.push({
            path: at,
            where,
            spelled: current.repository,
            pin: pinScalar(at, current, image),
          });
        });
      }
      walk(nested, [...path, key], name);
    }
  };
  walk(object, [], 'the manifest');
  return found;
}

/** A JSON patch (RFC 6902): its operations that set an image. */
function findInOperations(
  operations: unknown[],
  image: PinnedImage,
): FoundContainer[] {
  return operations.flatMap((item, i) => {
    const operation = asRecord(item);
    const target = asText(operation?.path) ?? '';
    const current = /\/image$/.test(target)
      ? referenceTo(operation?.value, image)
      : undefined;
    if (!current || operation?.op === 'test') return [];
    const path = [i, 'value'];
    return [
      {
        path,
        where: `the patch of ${target}`,
        spelled: current.repository,
        pin: pinScalar(path, current, image),
      },
    ];
  });
}

/** Pins the image in all Pod templates of one file; undefined when no container of the file runs it. */
export function pinInPodTemplates(options: {
  bytes: Uint8Array;
  path: string;
  image: PinnedImage;
  repoURL: string;
  targetRevision: string;
}): ManifestEdit | undefined {
  const { bytes, path, image, repoURL, targetRevision } = options;
  const file = YamlFile.of(bytes, path);
  const containers = file.documents.map(document =>
    document.text.includes(repositoryBaseName(image.repository))
      ? findContainers(document.data, image)
      : [],
  );
  const all = containers.flat();
  if (all.length === 0) return undefined;
  const outdated = all.find(({ pin }) => pin.changes.length > 0) ?? all[0];
  const changes = new Map(
    containers.map((found, i) => [i, found.flatMap(({ pin }) => pin.changes)]),
  );
  return {
    repoURL,
    targetRevision,
    path,
    before: bytes,
    after: all.some(({ pin }) => pin.changes.length > 0)
      ? file.edit(changes)
      : bytes,
    from: outdated.pin.from,
    where: all.map(({ where }) => where).join(', '),
  };
}

/** Whether a file may hold manifests. */
export const isManifest = (path: string) => /\.(ya?ml|json)$/i.test(path);

/** Whether the bytes can name the image at all; spares parsing of files that don't. */
export function mentions(bytes: Uint8Array, image: PinnedImage): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(
    repositoryBaseName(image.repository),
  );
}

/** Bytes of a file as this plan has left them. */
export async function readEdited(
  tree: ManifestTree,
  edited: ReadonlyMap<string, Uint8Array>,
  repoURL: string,
  path: string,
): Promise<Uint8Array | undefined> {
  return edited.get(`${repoURL} ${path}`) ?? tree.read(path);
}
