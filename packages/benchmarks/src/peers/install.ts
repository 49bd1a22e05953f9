import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What is compared with. */
export const PEERS = {
  roadie: '@roadiehq/backstage-plugin-argo-cd 2.12',
  community: '@backstage-community/plugin-argocd 3.1',
};

const MANIFEST = {
  private: true,
  dependencies: {
    '@roadiehq/backstage-plugin-argo-cd-backend': '~4.8.0',
    '@backstage-community/plugin-argocd-backend': '~1.7.0',
  },
  // 1.7 was published asking for releases of its own libraries that the registry did not have.
  overrides: {
    '@backstage-community/plugin-argocd-common': '>=1.16.0 <2',
    '@backstage-community/plugin-argocd-node': '>=1.4.0 <2',
  },
};

/**
 * Installs the peers' backends with npm, outside the workspace so that they never enter its lockfile, once for every
 * set of versions. Install scripts are not run. Gives the folder.
 */
export async function installPeers(): Promise<string> {
  const manifest = JSON.stringify(MANIFEST);
  const hash = createHash('sha256').update(manifest).digest('hex').slice(0, 12);
  const folder = join(tmpdir(), `argocd-benchmark-peers-${hash}`);
  try {
    await access(folder);
    return folder;
  } catch {
    // Not installed yet.
  }
  const half = `${folder}.${process.pid}`;
  await mkdir(half, { recursive: true });
  try {
    await writeFile(join(half, 'package.json'), manifest);
    await promisify(execFile)(
      'npm',
      [
        'install',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--omit=dev',
        '--omit=optional',
        '--omit=peer',
      ],
      { cwd: half, timeout: 600_000, maxBuffer: 16 * 1024 * 1024 },
    );
    await rename(half, folder);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
  return folder;
}
