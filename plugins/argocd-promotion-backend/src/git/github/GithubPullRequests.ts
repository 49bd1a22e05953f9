import { Octokit } from '@octokit/rest';
import { InputError } from '@backstage/errors';
import {
  OpenPullRequestOptions,
  PullRequest,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import {
  Decoration,
  decoratePullRequest,
  splitReviewers,
} from '../decoratePullRequest';
import { newestPullRequest } from '../newestPullRequest';
import { toPullRequest } from './githubShapes';

const AUTO_MERGE = `mutation ($input: EnablePullRequestAutoMergeInput!) {
  enablePullRequestAutoMerge(input: $input) { pullRequest { number } }
}`;

/** Pull requests of one repository of GitHub. */
export class GithubPullRequests {
  readonly #octokit: Octokit;
  readonly #repo: { owner: string; repo: string };

  constructor(octokit: Octokit, repo: { owner: string; repo: string }) {
    this.#octokit = octokit;
    this.#repo = repo;
  }

  async open(options: OpenPullRequestOptions): Promise<PullRequest> {
    try {
      return await this.#create(options);
    } catch (error) {
      // 422 for several reasons: one is open already, drafts are not to be had in this plan, or there is nothing to merge.
      if (!(error instanceof InputError)) throw error;
      const existing = await this.find(options);
      if (existing?.state === 'open') return existing;
      if (!options.draft || !/draft/i.test(error.message)) throw error;
      const opened = await this.#create({ ...options, draft: false });
      return {
        ...opened,
        problems: [...(opened.problems ?? []), `draft: ${error.message}`],
      };
    }
  }

  async #create(options: OpenPullRequestOptions): Promise<PullRequest> {
    const { base, head, title, body, draft } = options;
    const { data } = await this.#octokit.rest.pulls.create({
      ...this.#repo,
      base,
      head,
      title,
      body,
      ...(draft ? { draft } : {}),
    });
    return decoratePullRequest(
      toPullRequest(data),
      this.#decorations(data, options),
    );
  }

  #decorations(
    pull: { number: number; node_id: string },
    { labels = [], reviewers, autoMerge }: OpenPullRequestOptions,
  ): Decoration[] {
    const { people, teams } = splitReviewers(reviewers);
    const issue = { ...this.#repo, issue_number: pull.number };
    const target = { ...this.#repo, pull_number: pull.number };
    const { issues, pulls } = this.#octokit.rest;
    const once = (what: string, call: () => Promise<unknown>): Decoration => ({
      what,
      add: async () => {
        await call();
      },
    });
    return [
      ...labels.map(label =>
        once(`the label ${label}`, () =>
          issues.addLabels({ ...issue, labels: [label] }),
        ),
      ),
      ...people.map(name =>
        once(`the reviewer ${name}`, () =>
          pulls.requestReviewers({ ...target, reviewers: [name] }),
        ),
      ),
      ...teams.map(name =>
        once(`the reviewing team ${name}`, () =>
          pulls.requestReviewers({ ...target, team_reviewers: [name] }),
        ),
      ),
      ...(autoMerge
        ? [
            once('auto-merge', () =>
              this.#octokit.graphql(AUTO_MERGE, {
                input: {
                  pullRequestId: pull.node_id,
                  ...(autoMerge === true
                    ? {}
                    : { mergeMethod: autoMerge.toUpperCase() }),
                },
              }),
            ),
          ]
        : []),
    ];
  }

  async find({
    base,
    head,
  }: {
    base: string;
    head: string;
  }): Promise<PullRequest | undefined> {
    const { data } = await this.#octokit.rest.pulls.list({
      ...this.#repo,
      head: `${this.#repo.owner}:${head}`,
      state: 'all',
      sort: 'created',
      direction: 'desc',
      per_page: 100,
    });
    // An owner of another case, or none such, and the host leaves out the filter.
    const found = newestPullRequest(
      data.map(toPullRequest).filter(pull => pull.head === head),
      base,
    );
    // The list leaves out who merged.
    return found?.state === 'merged' ? this.get(found.number) : found;
  }

  async get(number: number): Promise<PullRequest> {
    const { data } = await this.#octokit.rest.pulls.get({
      ...this.#repo,
      pull_number: number,
    });
    return toPullRequest(data);
  }

  async close(number: number): Promise<void> {
    await this.#octokit.rest.pulls.update({
      ...this.#repo,
      pull_number: number,
      state: 'closed',
    });
  }
}
