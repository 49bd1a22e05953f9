import { isDeepStrictEqual } from 'node:util';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { RenderedChange } from '@fairway/backstage-plugin-argocd-promotion-common';
import { stringify } from 'yaml';
import { hideSecrets } from '../../drift/fields/hideSecrets';
import { encodeText } from '../../manifests/bytes';
import { unifiedPatch } from '../../manifests/patch/unifiedPatch';
import { keyText, objectKey, RenderedObject } from './types';

/** More objects than a person reads; the rest is counted. */
const MAX_OBJECTS = 50;
/** Of one object: a longer text is not compared line by line. */
const MAX_TEXT = 256 * 1024;
const MAX_PATCH = 64 * 1024;
/** Comparing goes on for so long before others get their turn. */
const SLICE_MS = 10;

/** How what is rendered changes, object by object, with the secrets hidden on both sides. */
export async function compareRendered(
  before: RenderedObject[],
  after: RenderedObject[],
): Promise<{ objects: RenderedChange[]; more: number }> {
  const sides = [before, after].map(
    objects =>
      new Map(objects.map(object => [keyText(objectKey(object)), object])),
  );
  const keys = [...new Set(sides.flatMap(side => [...side.keys()]))].sort();
  const changed = keys.filter(
    key => !isDeepStrictEqual(sides[0].get(key), sides[1].get(key)),
  );
  const objects: RenderedChange[] = [];
  let turn = performance.now();
  for (const key of changed.slice(0, MAX_OBJECTS)) {
    objects.push(changeOf(sides[0].get(key), sides[1].get(key)));
    if (performance.now() - turn < SLICE_MS) continue;
    await nextTurn();
    turn = performance.now();
  }
  return { objects, more: changed.length - objects.length };
}

function changeOf(
  before: RenderedObject | undefined,
  after: RenderedObject | undefined,
): RenderedChange {
  const key = objectKey((after ?? before)!);
  let change: RenderedChange['change'] = 'changed';
  if (!before) change = 'added';
  else if (!after) change = 'removed';
  const texts = [before, after].map(object =>
    object
      ? stringify(hideSecrets(object), {
          lineWidth: 0,
          sortMapEntries: true,
          aliasDuplicateObjects: false,
        })
      : '',
  );
  if (texts.some(text => text.length > MAX_TEXT))
    return { ...key, change, omitted: 'too-large' };
  if (texts[0] === texts[1]) return { ...key, change, omitted: 'hidden' };
  const [from, to] = texts.map(encodeText);
  const patch = unifiedPatch(`${key.kind}/${key.name}`, from, to, {
    showPins: false,
  });
  return patch.length > MAX_PATCH
    ? { ...key, change, omitted: 'too-large' }
    : { ...key, change, patch };
}
