import { describeGitRepository } from '../__testUtils__/contract/describeGitRepository';
import { startPlainGit } from '../__testUtils__/contract/startPlainGit';

// Every repository is a real one, made by git's own processes.
jest.setTimeout(60_000);

describeGitRepository('A git server over smart HTTP', startPlainGit);
