import { describeGitRepository } from '../__testUtils__/contract/describeGitRepository';
import { startGithub } from '../__testUtils__/github/startGithub';

// Every repository is a real one, made by git's own processes.
jest.setTimeout(60_000);

describeGitRepository('GitHub', startGithub);
