import { GitStore } from '@fairway/argocd-simulator';

export const oddPath = "envs/prod eu/a&b #1?%41+ü'.yaml";
export const bomFile = Buffer.from('\uFEFF# Ünïcode\r\nimage: app:1\r\n');
export const binaryFile = Buffer.from([0, 255, 254, 10, 13, 128, 0, 39, 34]);
export const largeFile = Buffer.from(
  `${`# ${'x'.repeat(97)}\n`.repeat(15_000)}image: app:1\n`,
);
export const text = (value: string) => Buffer.from(value);

/** A repository with two environments and two commits. */
export async function createContractRepository(
  store: GitStore,
  name: string,
): Promise<void> {
  await store.createRepository(name, {
    files: {
      'dev/a.yaml': 'image: app:1\n',
      'dev/b.yaml': 'b: 1\n',
      'dev/c.yaml': 'c: 1\n',
    },
    message: 'Begin',
    history: [
      {
        files: {
          [oddPath]: bomFile,
          'prod/large.yaml': largeFile,
          'prod/binary.dat': binaryFile,
        },
        message: 'Add prod',
        author: 'Ana Lima <ana@example.com>',
        date: '2026-02-03T04:05:06Z',
      },
    ],
  });
}
