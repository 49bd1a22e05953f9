import { describeGitRepository } from '../__testUtils__/contract/describeGitRepository';
import { startGitlab } from '../__testUtils__/gitlab/startGitlab';

// Every repository is a real one, made by git's own processes.
jest.setTimeout(60_000);

describeGitRepository('GitLab', startGitlab);
