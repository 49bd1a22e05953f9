import { InputError } from '@backstage/errors';
import { ManifestSource } from '@fairway/backstage-plugin-argocd-promotion-node';
import { directoryFiles } from '../editors/PlainManifestEditor';
import { walkKustomizations } from '../editors/kustomizations';
import { isManifest, readEdited } from '../editors/podTemplates';
import { resolvePath } from '../paths';
import { asRecord } from '../pins';
import { PlanApplication } from '../planTypes';
import { OpenTree, Trees } from '../trees';
import { YamlPath } from '../yaml/YamlDocument';
import { YamlFile } from '../yaml/YamlFile';

/** The manifest of an Application in the repository of its root. */
export interface ApplicationManifest {
  repoURL: string;
  targetRevision: string;
  path: string;
  bytes: Uint8Array;
  file: YamlFile;
  /** Index of the document in the file. */
  document: number;
  /** Where the source with an index stands in the document. */
  sourcePath(index: number): YamlPath;
  /** The Application's sources, with the overrides that the manifest has. */
  sources: ManifestSource[];
}

/** Fields of a kustomization that may change what a manifest says, so that an edit of it would have no effect. */
const TRANSFORMERS = [
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'transformers',
  'namePrefix',
  'nameSuffix',
];

/** Finds the manifest among the files that the Application's root applies; else says why there is none to edit. */
export async function findApplicationManifest(
  application: PlanApplication,
  trees: Trees,
  edited: ReadonlyMap<string, Uint8Array>,
): Promise<{ manifest: ApplicationManifest } | { missing: string }> {
  const { parent } = application;
  if (!parent) return { missing: 'no root Application is known for it' };
  const found: ApplicationManifest[] = [];
  let missing = `no file of the root ${parent.name} holds its manifest`;
  for (const source of parent.sources) {
    if (source.chart || source.path === undefined) continue;
    try {
      const tree = await trees.open(source);
      const files = await plainFiles(source, tree);
      if ('missing' in files) missing = `${parent.name}: ${files.missing}`;
      else
        for (const path of files.paths)
          found.push(
            ...(await read(application, source, { tree, edited, path })),
          );
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      missing = error.message;
    }
  }
  if (found.length > 1) {
    const paths = found.map(({ path }) => path).join(', ');
    return { missing: `its manifest is there more than once (${paths})` };
  }
  return found.length === 1 ? { manifest: found[0] } : { missing };
}

async function plainFiles(
  source: ManifestSource,
  tree: OpenTree,
): Promise<{ paths: string[] } | { missing: string }> {
  const directory = resolvePath('', source.path ?? '') ?? '';
  const [overlay] = await walkKustomizations(
    path => tree.read(path),
    directory,
  );
  if (!overlay) {
    const paths = await directoryFiles(source, tree);
    return paths
      ? { paths }
      : { missing: `${directory} is a Helm chart; templates are not edited` };
  }
  const transformer = TRANSFORMERS.find(field => field in overlay.data);
  if (transformer)
    return { missing: `${overlay.path} changes manifests by '${transformer}'` };
  const prefix = overlay.directory === '' ? '' : `${overlay.directory}/`;
  return {
    paths: overlay.files.filter(
      path => isManifest(path) && path.startsWith(prefix),
    ),
  };
}

async function read(
  application: PlanApplication,
  source: ManifestSource,
  at: {
    tree: OpenTree;
    edited: ReadonlyMap<string, Uint8Array>;
    path: string;
  },
): Promise<ApplicationManifest[]> {
  const { tree, edited, path } = at;
  const { repoURL, targetRevision } = source;
  const bytes = await readEdited(tree, edited, repoURL, path);
  if (!bytes || !Buffer.from(bytes).includes(application.name)) return [];
  const file = YamlFile.of(bytes, path);
  return file.documents.flatMap((document, i) => {
    if (!document.text.includes(application.name)) return [];
    const data = asRecord(document.data);
    const sources = isManifestOf(application, data)
      ? sourcesIn(data, application.sources)
      : undefined;
    if (!sources) return [];
    const several = Array.isArray(asRecord(data?.spec)?.sources);
    return [
      {
        repoURL,
        targetRevision,
        path,
        bytes,
        file,
        document: i,
        sourcePath: index =>
          several ? ['spec', 'sources', index] : ['spec', 'source'],
        sources,
      },
    ];
  });
}

function isManifestOf(
  { name, namespace }: PlanApplication,
  data: Record<string, unknown> | undefined,
): boolean {
  const metadata = asRecord(data?.metadata);
  return (
    data?.kind === 'Application' &&
    String(data.apiVersion).startsWith('argoproj.io/') &&
    metadata?.name === name &&
    // Without a namespace it goes where the root puts it.
    (metadata.namespace === undefined || metadata.namespace === namespace)
  );
}

/** The live sources with the overrides of the manifest; undefined when the manifest is of another shape. */
function sourcesIn(
  data: Record<string, unknown> | undefined,
  live: ManifestSource[],
): ManifestSource[] | undefined {
  const spec = asRecord(data?.spec);
  const written = Array.isArray(spec?.sources) ? spec.sources : [spec?.source];
  if (written.length !== live.length) return undefined;
  return live.map((source, i) => {
    const { helm, kustomize, ...rest } = source;
    const record = asRecord(written[i]);
    return {
      ...rest,
      ...(record?.helm ? { helm: record.helm } : {}),
      ...(record?.kustomize ? { kustomize: record.kustomize } : {}),
    };
  });
}
