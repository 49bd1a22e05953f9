import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConflictError } from '@backstage/errors';
import { CommitFilesOptions } from '@fairway/backstage-plugin-argocd-promotion-node';
import { parseTree } from './objects';
import { ShallowRepository } from './ShallowRepository';

/** Who git says has committed; the author is the person. */
export interface Committer {
  name: string;
  email: string;
}

/** Writes the files on top of `head` into the local repository, every other entry as it was, and gives the commit's id. */
export async function writeCommit(
  local: ShallowRepository,
  options: CommitFilesOptions & { head: string; committer: Committer },
): Promise<string> {
  const { head, files, message, committer } = options;
  const author = options.author ?? committer;
  const directory = await mkdtemp(join(await local.directory(), 'index-'));
  const index = { GIT_INDEX_FILE: join(directory, 'index') };
  try {
    const modes = new Map(
      parseTree(
        await local.run([
          '--literal-pathspecs',
          'ls-tree',
          '-z',
          '--full-tree',
          head,
          '--',
          ...files.map(({ path }) => path),
        ]),
      ).map(({ path, mode }) => [path, mode]),
    );
    const entries: string[] = [];
    for (const { path, content } of files) {
      const mode = modes.get(path);
      if (!mode)
        throw new ConflictError(`${path} was removed since it was planned`);
      const blob = await local.run(['hash-object', '-w', '--stdin'], {
        stdin: content,
      });
      entries.push(`${mode} ${blob.toString('utf8').trim()}\t${path}\0`);
    }
    await local.run(['read-tree', head], { env: index });
    await local.run(['update-index', '-z', '--index-info'], {
      env: index,
      stdin: entries.join(''),
    });
    // The files that nobody has read are on the server only.
    const tree = await local.run(['write-tree', '--missing-ok'], {
      env: index,
    });
    const commit = await local.run(
      ['commit-tree', tree.toString('utf8').trim(), '-p', head],
      {
        stdin: message.endsWith('\n') ? message : `${message}\n`,
        env: {
          GIT_AUTHOR_NAME: author.name,
          GIT_AUTHOR_EMAIL: author.email,
          GIT_COMMITTER_NAME: committer.name,
          GIT_COMMITTER_EMAIL: committer.email,
        },
      },
    );
    return commit.toString('utf8').trim();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
