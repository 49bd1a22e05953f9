import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { Fault } from '../faults/Faults';
import { GitStore, HandCommit } from '../git/GitStore';
import { KubernetesObject } from '../ports';
import { RegistryServer } from '../registry/startRegistry';
import { deploymentHistory, ListedApplication } from './history';
import {
  digestOf,
  fill,
  setImage,
  ShopImage,
  sourceRevision,
  TemplateContext,
} from './template';

const DAY = 24 * 60 * 60 * 1000;

interface ShopCommit {
  author: string;
  daysAgo?: number;
  message: string;
  set?: Array<{ path: string; image: string; tag: string }>;
  append?: Array<{ path: string; text: string }>;
}

interface ShopTag {
  tag: string;
  daysAgo: number;
  /** Once everything runs, Jobs that run this image fail. */
  jobsFail?: boolean;
}

interface ShopFile {
  images: Record<string, { platforms?: string[]; tags: ShopTag[] }>;
  repositories: Record<
    string,
    ShopCommit & { files: string; history: ShopCommit[] }
  >;
  afterwards: {
    commits: Array<ShopCommit & { repository: string }>;
    edits: Array<{
      kind: string;
      namespace: string;
      name: string;
      patch: Record<string, unknown> | null;
    }>;
  };
}

/** One Argo CD that a shop is loaded into. */
export interface ShopInstance {
  url: string;
  tokens: Record<string, string>;
  createApplication(application: KubernetesObject): void;
  createProject(project: KubernetesObject): void;
  patchLive(
    ref: { kind: string; name: string; namespace?: string },
    patch: Record<string, unknown> | null,
  ): void;
  clearRequests(): void;
}

/** The parts of a running simulator that a shop is loaded into. */
export interface ShopTarget {
  git: { url: string; store: GitStore };
  registry: Pick<RegistryServer, 'host' | 'push'>;
  /** Takes in `argocd.yaml`, and the edits by hand. */
  argocd: ShopInstance;
  /** Further Argo CDs by name, each of which takes in `argocd.<name>.yaml`. */
  others?: Record<string, ShopInstance>;
  faults: { set(fault: Fault): void };
  now(): number;
}

export const SHOP_DIRECTORY = join(
  dirname(require.resolve('../../package.json')),
  'shop',
);

/** Names of the further Argo CDs that the shop has something for. */
export async function otherInstances(
  directory = SHOP_DIRECTORY,
): Promise<string[]> {
  return (await readdir(directory)).flatMap(
    file => /^argocd\.(.+)\.yaml$/.exec(file)?.[1] ?? [],
  );
}

async function readFolder(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  const files = entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
  const texts = await Promise.all(files.map(file => readFile(file, 'utf8')));
  return Object.fromEntries(
    files.map((file, index) => [relative(folder, file), texts[index]]),
  );
}

function pushImages(shop: ShopFile, target: ShopTarget): ShopImage[] {
  return Object.entries(shop.images).flatMap(
    ([repository, { platforms, tags }]) =>
      tags.map(({ tag, daysAgo }) => {
        const created = new Date(target.now() - daysAgo * DAY);
        const { digest } = target.registry.push(repository, {
          tag,
          platforms,
          created,
          labels: {
            'org.opencontainers.image.version': tag,
            'org.opencontainers.image.revision': sourceRevision(
              repository,
              tag,
            ),
            'org.opencontainers.image.created': created.toISOString(),
          },
        });
        return { repository, tag, digest };
      }),
  );
}

/** The files that a commit changes, of those that were there before it. */
function changesOf(
  commit: ShopCommit,
  files: Readonly<Record<string, string>>,
  images: ShopImage[],
): Record<string, string> {
  const changed: Record<string, string> = {};
  const current = (path: string) => {
    const text = changed[path] ?? files[path];
    if (text === undefined)
      throw new Error(
        `"${commit.message}" changes ${path}, which is not there`,
      );
    return text;
  };
  for (const { path, image, tag } of commit.set ?? []) {
    const before = current(path);
    changed[path] = setImage(before, image, tag, images);
    if (changed[path] === before)
      throw new Error(`"${commit.message}" changes nothing in ${path}`);
  }
  for (const { path, text } of commit.append ?? [])
    changed[path] = current(path) + text;
  return changed;
}

function historyOf(
  repository: ShopFile['repositories'][string],
  initial: Record<string, string>,
  context: TemplateContext,
  now: number,
): HandCommit[] {
  const files = Object.fromEntries(
    Object.entries(initial).map(([path, text]) => [path, fill(text, context)]),
  );
  const dated = ({ author, message, daysAgo = 0 }: ShopCommit) => ({
    author,
    message,
    date: new Date(now - daysAgo * DAY),
  });
  const commits: HandCommit[] = [{ ...dated(repository), files: { ...files } }];
  for (const commit of repository.history) {
    const changes = changesOf(commit, files, context.images);
    Object.assign(files, changes);
    commits.push({ ...dated(commit), files: changes });
  }
  return commits;
}

async function listApplications(
  argocd: ShopInstance,
): Promise<ListedApplication[]> {
  const answer = await fetch(`${argocd.url}/api/v1/applications`, {
    headers: { authorization: `Bearer ${argocd.tokens.backstage}` },
  });
  const { items } = (await answer.json()) as {
    items: ListedApplication[] | null;
  };
  return items ?? [];
}

async function untilAllRun(
  target: ShopInstance,
  expected: number,
  timeoutMs: number,
): Promise<ListedApplication[]> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const applications = await listApplications(target);
    const waiting = applications.filter(
      ({ status }) =>
        status?.sync?.status !== 'Synced' ||
        status.health?.status !== 'Healthy' ||
        status.operationState?.phase !== 'Succeeded',
    );
    if (applications.length >= expected && waiting.length === 0)
      return applications;
    if (Date.now() > deadline) {
      const names = waiting.map(
        ({ metadata, status }) =>
          `${metadata.name} (${status?.sync?.status}, ${
            status?.health?.status
          }, ${status?.operationState?.phase}: ${
            status?.operationState?.message ??
            status?.conditions?.[0]?.message ??
            ''
          })`,
      );
      throw new Error(
        `Of ${expected} Applications ${
          applications.length
        } are there, and these do not run after ${timeoutMs} ms: ${names.join(
          ', ',
        )}`,
      );
    }
    await new Promise(done => {
      setTimeout(done, 50);
    });
  }
}

/**
 * Loads a shop, which is data only: images, repositories with a history of weeks, AppProjects and root Applications. Lets
 * Argo CD bring all of it up, gives it the past that its repositories tell of, and then does what is to happen afterwards.
 */
export async function loadShop(
  target: ShopTarget,
  options: { directory?: string; timeoutMs?: number } = {},
): Promise<{ catalog: string; applications: string[] }> {
  const { directory = SHOP_DIRECTORY, timeoutMs = 120_000 } = options;
  const shop = parse(
    await readFile(join(directory, 'shop.yaml'), 'utf8'),
  ) as ShopFile;
  const { store, url } = target.git;
  const context: TemplateContext = {
    git: url,
    registry: target.registry.host,
    images: pushImages(shop, target),
  };

  await Promise.all(
    Object.entries(shop.repositories).map(async ([name, repository]) => {
      const initial = await readFolder(join(directory, repository.files));
      await store.createRepository(name, {
        history: historyOf(repository, initial, context, target.now()),
      });
    }),
  );

  const loaded = await Promise.all(
    Object.entries({ '': target.argocd, ...target.others }).map(
      async ([name, argocd]) => {
        const file = name ? `argocd.${name}.yaml` : 'argocd.yaml';
        const text = await readFile(join(directory, file), 'utf8');
        return bringUp(argocd, fill(text, context), store, timeoutMs);
      },
    ),
  );
  const [applications] = loaded;
  await doAfterwards(shop, target, context);
  for (const argocd of [target.argocd, ...Object.values(target.others ?? {})])
    argocd.clearRequests();
  return {
    catalog: join(directory, 'catalog', 'catalog-info.yaml'),
    applications: applications.map(({ metadata }) => metadata.name),
  };
}

/** Gives one Argo CD its objects, waits until all of it runs, and then gives it the past. */
async function bringUp(
  argocd: ShopInstance,
  manifests: string,
  store: GitStore,
  timeoutMs: number,
): Promise<ListedApplication[]> {
  const objects = parseAllDocuments(manifests).map(
    document => document.toJS() as KubernetesObject,
  );
  for (const object of objects) {
    if (object.kind === 'AppProject') argocd.createProject(object);
    else argocd.createApplication(object);
  }
  const children = await countChildren(store, objects);
  const roots = objects.filter(({ kind }) => kind === 'Application').length;
  const applications = await untilAllRun(argocd, roots + children, timeoutMs);
  for (const application of applications) {
    const history = await deploymentHistory(application, store);
    if (history.length > 0) {
      const ref = {
        kind: 'Application',
        namespace: 'argocd',
        name: application.metadata.name,
      };
      argocd.patchLive(ref, { status: { history } });
    }
  }
  return applications;
}

async function countChildren(
  store: GitStore,
  objects: KubernetesObject[],
): Promise<number> {
  let count = 0;
  for (const object of objects) {
    const source = (
      object.spec as { source?: { repoURL: string; path: string } }
    ).source;
    if (object.kind !== 'Application' || !source) continue;
    const tree = await store.readTree(source.repoURL, 'HEAD');
    for (const [path, bytes] of tree) {
      if (
        path.startsWith(`${source.path}/`) &&
        /^kind: Application$/m.test(Buffer.from(bytes).toString('utf8'))
      )
        count++;
    }
  }
  return count;
}

async function doAfterwards(
  shop: ShopFile,
  target: ShopTarget,
  context: TemplateContext,
): Promise<void> {
  const { store } = target.git;
  for (const [repository, { tags }] of Object.entries(shop.images))
    for (const { tag } of tags.filter(({ jobsFail }) => jobsFail)) {
      const match = digestOf(context.images, repository, tag);
      target.faults.set({ target: 'cluster', kind: 'fail-hook', match });
    }
  for (const { kind, namespace, name, patch } of shop.afterwards.edits) {
    target.argocd.patchLive({ kind, namespace, name }, patch);
  }
  for (const { repository, ...commit } of shop.afterwards.commits) {
    const paths = [...(commit.set ?? []), ...(commit.append ?? [])].map(
      ({ path }) => path,
    );
    const files: Record<string, string> = {};
    for (const path of paths)
      files[path] = String(await store.read(repository, 'main', path));
    await store.commit(repository, {
      author: commit.author,
      message: commit.message,
      date: new Date(target.now()),
      files: changesOf(commit, files, context.images),
    });
  }
}
