import { describeGitRepository } from './__testUtils__/contract/describeGitRepository';
import { startGitea } from './__testUtils__/contract/startGitea';

// Every repository is a real one, made by git's own processes.
jest.setTimeout(60_000);

describeGitRepository('A Gitea server', startGitea);
