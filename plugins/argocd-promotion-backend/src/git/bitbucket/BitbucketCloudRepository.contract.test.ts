import { describeGitRepository } from '../__testUtils__/contract/describeGitRepository';
import { startBitbucketCloud } from '../__testUtils__/bitbucket/startBitbucketCloud';

// Every repository is a real one, made by git's own processes.
jest.setTimeout(60_000);

describeGitRepository('Bitbucket Cloud', startBitbucketCloud);
