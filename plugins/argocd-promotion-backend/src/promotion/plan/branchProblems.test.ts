import {
  BranchRules,
  GitRepository,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { branchProblems } from './branchProblems';

const problems = async (
  delivery: 'commit' | 'pull-request',
  getBranchRules?: () => Promise<BranchRules>,
) =>
  (
    await branchProblems({
      environment: 'prod',
      delivery,
      branches: [{ repo: 'https://git.example.com/a/b', branch: 'main' }],
      getRepository: () => ({ getBranchRules } as unknown as GitRepository),
    })
  ).map(({ code, message }) => [code, message]);

describe('branchProblems', () => {
  const rules: BranchRules = {
    protected: true,
    pullRequestRequired: true,
    requiredApprovals: 1,
    requiredChecks: ['lint'],
    signedCommitsRequired: true,
  };

  it('says what stands in the way of a commit, and what a pull request needs', async () => {
    expect(await problems('commit', async () => rules)).toEqual([
      ['pull-request-required', expect.stringContaining('main of https://git')],
      ['signed-commits-required', expect.stringContaining('signed commits')],
    ]);
    expect(await problems('pull-request', async () => rules)).toEqual([
      [
        'reviews-required',
        'To be merged into main, the pull request needs 1 approving review and the checks lint.',
      ],
      ['signed-commits-required', expect.anything()],
    ]);
  });

  it('says nothing that is not known', async () => {
    expect(await problems('commit')).toEqual([]);
    expect(await problems('commit', async () => ({ protected: true }))).toEqual(
      [],
    );
    expect(
      await problems('commit', async () => {
        throw new Error('no rights');
      }),
    ).toEqual([]);
  });
});
