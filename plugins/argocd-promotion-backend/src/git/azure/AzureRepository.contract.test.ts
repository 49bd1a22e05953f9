import { describeGitRepository } from '../__testUtils__/contract/describeGitRepository';
import { startAzure } from '../__testUtils__/azure/startAzure';

// Every repository is a real one, made by git's own processes.
jest.setTimeout(60_000);

describeGitRepository('Azure DevOps', startAzure);
