import { describeGitRepository } from '../__testUtils__/contract/describeGitRepository';
import { startBitbucketServer } from '../__testUtils__/bitbucket/startBitbucketServer';

// Every repository is a real one, made by git's own processes.
jest.setTimeout(60_000);

describeGitRepository('Bitbucket Data Center', startBitbucketServer);
