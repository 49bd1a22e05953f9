import { Simulator } from '@fairway/argocd-simulator';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';
import { gitBlobId } from '../../manifests';
import { GiteaHostProvider } from '../GiteaHostProvider';

export const oddPath = "envs/prod eu/a&b #1?%41+ü'.yaml";
export const bomFile = Buffer.from('\uFEFF# Ünïcode\r\nimage: app:1\r\n');
export const largeFile = Buffer.from(
  `${`# ${'x'.repeat(97)}\n`.repeat(15_000)}image: app:1\n`,
);
export const text = (value: string) => Buffer.from(value);

/** A repository of the simulated git host as the product sees it. */
export interface SimulatedRepository {
  name: string;
  repository: GitRepository;
  /** The same repository, with another token. */
  as(token: string): GitRepository;
  head(): Promise<string>;
  write(
    files: Record<string, { before: Uint8Array; after: Uint8Array }>,
    branch?: string,
  ): ReturnType<GitRepository['commitFiles']>;
  /** A call of the host's API by a person. */
  call(method: string, path: string, body: object): Promise<void>;
}

/** Makes a repository with two environments and two commits, and more if asked. */
export async function createSimulatedRepository(
  simulator: Simulator,
  name: string,
  more: Array<{ files: Record<string, string>; message: string }> = [],
): Promise<SimulatedRepository> {
  await simulator.git.store.createRepository(name, {
    files: { 'dev/a.yaml': 'image: app:1\n', 'dev/b.yaml': 'b: 1\n' },
    message: 'Begin',
    history: [
      {
        files: { [oddPath]: bomFile, 'prod/large.yaml': largeFile },
        message: 'Add prod',
        author: 'Ana Lima <ana@example.com>',
        date: '2026-02-03T04:05:06Z',
      },
      ...more,
    ],
  });
  const as = (password: string): GitRepository => {
    const host = {
      host: new URL(simulator.git.url).host,
      baseUrl: simulator.git.url,
      password,
    };
    const found = new GiteaHostProvider({
      hosts: [host],
      deadlineMs: 10_000,
    }).getRepository(`${simulator.git.url}/${name}.git`);
    if (!found) throw new Error('The host is configured');
    return found;
  };
  const repository = as(simulator.git.tokens.backstage);
  return {
    name,
    repository,
    as,
    head: () => repository.getBranchHead('main'),
    write: (files, branch = 'main') =>
      repository.commitFiles({
        branch,
        base: '',
        message:
          'Promote app\n\nPromotion-Id: 42\nPromoted-By: user:default/ana',
        author: { name: 'Ana Lima', email: 'ana@example.com' },
        files: Object.entries(files).map(([path, { before, after }]) => ({
          path,
          content: after,
          blobBefore: gitBlobId(before),
        })),
      }),
    async call(method, path, body) {
      const answer = await fetch(
        `${simulator.git.url}/api/v1/repos/${name}${path}`,
        {
          method,
          headers: {
            authorization: `token ${simulator.git.tokens.reviewer}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify(body),
        },
      );
      if (!answer.ok)
        throw new Error(`${answer.status} ${await answer.text()}`);
    },
  };
}
