import { FullResult, Reporter, TestCase } from '@playwright/test/reporter';

/** Ends the run with the one line that scripts look for; a test that did not run counts as failed. */
export default class SummaryReporter implements Reporter {
  readonly #tests = new Set<TestCase>();
  #errors = 0;

  onBegin(_config: unknown, suite: { allTests(): TestCase[] }) {
    for (const test of suite.allTests()) this.#tests.add(test);
  }

  onError() {
    this.#errors += 1;
  }

  async onEnd(result: FullResult): Promise<{ status: FullResult['status'] }> {
    const outcomes = [...this.#tests].map(test => {
      const ran = test.results.at(-1)?.status === 'passed';
      return ran && test.outcome() === 'expected';
    });
    const passed = outcomes.filter(Boolean).length;
    const failed = outcomes.length - passed + this.#errors;
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
    return { status: failed > 0 || passed === 0 ? 'failed' : result.status };
  }

  printsToStdio() {
    return true;
  }
}
