// Makes the types of Argo CD's API from its description.
//
//   yarn argocd-types                        from the part of the description that is kept here
//   yarn argocd-types --from <swagger.json>  takes that part anew from a whole description (any Argo CD serves its own
//                                            at /swagger.json), then makes the types
//   yarn argocd-types --check                fails when the types are not what the kept part gives
//
// Only the operations named below are kept, and the definitions that they need, without the descriptions' prose: the
// whole of it would be ten times as long.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import openapiTypescript, { astToString } from 'openapi-typescript';
import prettier from 'prettier';
import swagger2openapi from 'swagger2openapi';

/** What the client asks. */
const OPERATIONS = [
  'get /api/version',
  'get /api/v1/session/userinfo',
  'post /api/v1/session',
  'get /api/v1/applications',
  'get /api/v1/stream/applications',
  'get /api/v1/applications/{name}',
  'get /api/v1/applications/{applicationName}/resource-tree',
  'get /api/v1/applications/{applicationName}/managed-resources',
  'get /api/v1/applications/{name}/resource',
  'get /api/v1/applications/{name}/revisions/{revision}/metadata',
  'post /api/v1/applications/{name}/sync',
  'get /api/v1/projects/{name}',
];

const at = path =>
  fileURLToPath(new URL(`../src/argocd/api/${path}`, import.meta.url));
const DESCRIPTION = at('argocd.swagger.json');
const TYPES = at('argocd.generated.ts');

/** The operations above with every definition that can be reached from them. */
function partOf(whole) {
  const paths = {};
  for (const operation of OPERATIONS) {
    const [method, path] = operation.split(' ');
    const found = whole.paths[path]?.[method];
    if (!found) throw new Error(`The description has no ${operation}`);
    paths[path] = { ...paths[path], [method]: found };
  }
  const definitions = {};
  const queue = [paths];
  while (queue.length > 0) {
    const references = JSON.stringify(queue.pop()).matchAll(
      /"#\/definitions\/([^"]+)"/g,
    );
    for (const [, name] of references) {
      if (definitions[name]) continue;
      definitions[name] = whole.definitions[name];
      queue.push(definitions[name]);
    }
  }
  const { swagger, info, consumes, produces } = whole;
  return withoutProse({
    swagger,
    info,
    consumes,
    produces,
    paths,
    definitions: Object.fromEntries(
      Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  });
}

/** A property may itself be called `title` or `description`: then its value is no text. */
function withoutProse(value) {
  if (Array.isArray(value)) return value.map(withoutProse);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, inner]) =>
          !['title', 'description', 'summary'].includes(key) ||
          typeof inner !== 'string',
      )
      .map(([key, inner]) => [key, withoutProse(inner)]),
  );
}

async function format(text, file) {
  const options = await prettier.resolveConfig(file);
  return prettier.format(text, { ...options, filepath: file });
}

async function typesOf(part) {
  const { openapi } = await swagger2openapi.convertObj(
    // OpenAPI 3 wants what Argo CD's description leaves out.
    structuredClone(part),
    { patch: true },
  );
  const types = astToString(await openapiTypescript(openapi));
  return format(
    `/* Made from argocd.swagger.json by scripts/argocd-types.mjs; do not edit. */\n/* eslint-disable */\n${types}`,
    TYPES,
  );
}

const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
});
if (values.from) {
  const whole = JSON.parse(await readFile(values.from, 'utf8'));
  await writeFile(
    DESCRIPTION,
    await format(JSON.stringify(partOf(whole)), DESCRIPTION),
  );
}
const kept = JSON.parse(await readFile(DESCRIPTION, 'utf8'));
// What nobody needs any more must not stay behind.
if (JSON.stringify(partOf(kept)) !== JSON.stringify(kept))
  throw new Error(
    'argocd.swagger.json is not the part that the operations need: run yarn argocd-types --from <swagger.json>',
  );
const types = await typesOf(kept);
if (!values.check) await writeFile(TYPES, types);
else if (types !== (await readFile(TYPES, 'utf8').catch(() => '')))
  throw new Error(
    'argocd.generated.ts is not what argocd.swagger.json gives: run yarn argocd-types',
  );
