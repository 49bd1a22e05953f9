import { PinnedImage, sameRepository } from '../imageReference';
import {
  asRecord,
  asText,
  Pin,
  pinKeys,
  pinScalar,
  referenceTo,
} from '../pins';
import { YamlPath } from '../yaml/YamlDocument';
import { OverrideLayer } from './overrideLayers';
import { FileLayer, HelmValues } from './valuesLayers';

/** A pin in values, and the layer that decides about it. */
export interface ValuesPin {
  path: YamlPath;
  pin: Pin;
  file?: FileLayer;
  override?: OverrideLayer;
}

interface Candidate {
  path: YamlPath;
  /** Keys of tag and digest in the map at `path`; absent when `path` is a whole reference. */
  keys?: { repository: string; tag: string; digest: string };
}

/** Keys that name the repository, with the keys of tag and digest that go with them. */
const FORMS = [
  { repository: 'repository', tag: 'tag', digest: 'digest' },
  { repository: 'repo', tag: 'tag', digest: 'digest' },
  { repository: 'name', tag: 'tag', digest: 'digest' },
  { repository: 'image', tag: 'tag', digest: 'digest' },
  { repository: 'imageRepository', tag: 'imageTag', digest: 'imageDigest' },
  { repository: 'imageName', tag: 'imageTag', digest: 'imageDigest' },
  { repository: 'image', tag: 'imageTag', digest: 'imageDigest' },
];

function merge(lower: unknown, upper: unknown): unknown {
  const [a, b] = [asRecord(lower), asRecord(upper)];
  if (!a || !b) return upper === undefined ? lower : upper;
  return Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map(key => [
      key,
      merge(a[key], b[key]),
    ]),
  );
}

function valueAt(data: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value && typeof value === 'object' ? Reflect.get(value, key) : undefined,
    data,
  );
}

/** Every place of the merged values that names the image. */
function findCandidates(values: unknown, image: PinnedImage): Candidate[] {
  const globalRegistry = asText(
    asRecord(asRecord(values)?.global)?.imageRegistry,
  );
  const found: Candidate[] = [];
  const walk = (value: unknown, path: YamlPath) => {
    if (Array.isArray(value))
      value.forEach((item, i) => walk(item, [...path, i]));
    const map = asRecord(value);
    if (!map) return;
    const form = FORMS.find(({ repository, tag, digest }) => {
      const name = asText(map[repository]);
      if (
        !name ||
        (repository !== 'repository' && !(tag in map) && !(digest in map))
      )
        return false;
      const registries = [undefined, globalRegistry, asText(map.registry)];
      return registries.some(registry =>
        sameRepository(
          registry ? `${registry}/${name}` : name,
          image.repository,
        ),
      );
    });
    if (form) found.push({ path, keys: form });
    for (const [key, nested] of Object.entries(map)) {
      if (
        /image$/i.test(key) &&
        form?.repository !== key &&
        referenceTo(nested, image)
      )
        found.push({ path: [...path, key] });
      else walk(nested, [...path, key]);
    }
  };
  walk(values, []);
  return found;
}

/**
 * The pins of an image in all values of a source. Each belongs to the highest layer that sets it. When that is the
 * chart's own `values.yaml` while the Application has value files of its own, it belongs to the last of those, so that
 * other releases of the chart stay.
 */
export function findValuesPins(
  { files, overrides, digestKey }: HelmValues,
  image: PinnedImage,
): ValuesPin[] {
  const merged = [...files, ...overrides].reduce<unknown>(
    (lower, { data }) => merge(lower, data),
    {},
  );
  return findCandidates(merged, image).flatMap<ValuesPin>(({ path, keys }) => {
    const current = valueAt(merged, path);
    const sets = ({ data }: { data: unknown }) => {
      const value = valueAt(data, path);
      return keys
        ? Boolean(
            asText(asRecord(value)?.[keys.tag]) ||
              asText(asRecord(value)?.[keys.digest]),
          )
        : value !== undefined;
    };
    const map = asRecord(current);
    let pin: Pin | undefined;
    if (keys && map) {
      pin = pinKeys({
        map: path,
        current: {
          tag: asText(map[keys.tag]),
          digest: asText(map[keys.digest]),
        },
        keys,
        digestKey: digestKey || keys.digest in map,
        after: [keys.repository],
        image,
      });
    } else {
      const reference = referenceTo(current, image);
      pin = reference && pinScalar(path, reference, image);
    }
    if (!pin) return [];
    const override = [...overrides].reverse().find(sets);
    if (override) return [{ path, pin, override }];
    const own = files.filter(({ isDefault }) => !isDefault);
    const file =
      [...own].reverse().find(sets) ?? own[own.length - 1] ?? files[0];
    if (file) return [{ path, pin, file }];
    // Only the Application names the image, and nothing pins it yet.
    const last = overrides[overrides.length - 1];
    return last ? [{ path, pin, override: last }] : [];
  });
}
