/* eslint-disable jest/no-export -- one contract for the tests of all hosts */
import { describeBranches } from './describeBranches';
import { describePullRequests } from './describePullRequests';
import { describeReading } from './describeReading';
import { describeTrouble } from './describeTrouble';
import { describeWriting } from './describeWriting';
import { createContractRepository } from './content';
import { HostUnderTest } from './HostUnderTest';

/** The repository that one test has for itself. */
export interface ContractContext {
  host: HostUnderTest;
  name: string;
}

/**
 * What every implementation of `GitRepository` must do, whatever host is behind it. The host is asked over real sockets
 * and keeps its files in repositories of git itself.
 */
export function describeGitRepository(
  kind: string,
  start: () => Promise<HostUnderTest>,
): void {
  describe(`${kind} keeps the contract of a git repository`, () => {
    let host: HostUnderTest;
    let name: string;
    let count = 0;

    beforeAll(async () => {
      host = await start();
    });
    afterAll(() => host?.close());
    beforeEach(async () => {
      count += 1;
      name = `acme/deploy.it_${count}`;
      await createContractRepository(host.store, name);
    });
    const context = (): ContractContext => ({ host, name });

    describeReading(context);
    describeWriting(context);
    describeBranches(context);
    describePullRequests(context);
    describeTrouble(context);
  });
}
