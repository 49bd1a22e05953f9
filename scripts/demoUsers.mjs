// Who can sign in to the demo: the users of the catalog that comes with the simulator.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';

/** Every entity of a catalog file and of the files that its Locations name. */
function readEntities(file, seen = new Set()) {
  if (seen.has(file)) return [];
  seen.add(file);
  const entities = parseAllDocuments(readFileSync(file, 'utf8'))
    .map(document => document.toJS())
    .filter(Boolean);
  return entities.flatMap(entity => {
    if (entity.kind !== 'Location') return [entity];
    const targets = [entity.spec?.target, ...(entity.spec?.targets ?? [])];
    return targets
      .filter(target => typeof target === 'string' && !target.includes('://'))
      .flatMap(target =>
        readEntities(path.resolve(path.dirname(file), target), seen),
      );
  });
}

export function readUsers(file) {
  const entities = readEntities(file);
  const groups = new Map(
    entities
      .filter(entity => entity.kind === 'Group')
      .map(({ metadata, spec }) => [
        metadata.name,
        spec?.profile?.displayName ?? metadata.title ?? metadata.name,
      ]),
  );
  return entities
    .filter(entity => entity.kind === 'User')
    .map(({ metadata, spec }) => ({
      entityRef: `user:${metadata.namespace ?? 'default'}/${metadata.name}`,
      name: spec?.profile?.displayName ?? metadata.title ?? metadata.name,
      team: (spec?.memberOf ?? [])
        .map(ref =>
          ref
            .split('/')
            .pop()
            .replace(/^group:/, ''),
        )
        .map(name => groups.get(name) ?? name)
        .join(', '),
    }));
}
