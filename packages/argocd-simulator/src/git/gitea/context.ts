import { Request, Response } from 'express';
import { Account, Accounts } from '../accounts';
import { GitRepo } from '../GitRepo';
import { GitStore } from '../GitStore';
import { PullRequest, PullRequests } from '../pullRequests';
import { CommitStatuses } from './statuses';
import { Webhooks } from './webhooks';

/** What the routes of the REST API stand on. */
export interface GiteaContext {
  store: GitStore;
  accounts: Accounts;
  pulls: PullRequests;
  statuses: CommitStatuses;
  hooks: Webhooks;
  now: () => Date;
}

/** An answer of the API that is not what was asked for. */
export class ApiError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

export const notFound = () =>
  new ApiError(404, "The target couldn't be found.");

export function userOf(response: Response): Account | undefined {
  return response.locals.user as Account | undefined;
}

export function requireUser(response: Response): Account {
  const user = userOf(response);
  if (!user) throw new ApiError(401, 'token is required');
  return user;
}

export function requireWriter(response: Response): Account {
  const user = requireUser(response);
  if (!user.writer)
    throw new ApiError(
      403,
      'user should have a permission to write to the target branch',
    );
  return user;
}

export function repoOf(context: GiteaContext, request: Request): GitRepo {
  const repo = context.store.find(request.params.owner, request.params.repo);
  if (!repo) throw notFound();
  return repo;
}

export function pullOf(context: GiteaContext, request: Request): PullRequest {
  const pull = context.pulls.find(
    repoOf(context, request),
    Number(request.params.number),
  );
  if (!pull) throw notFound();
  return pull;
}

/** The commit that `?ref=` or `?sha=` names, else the head of the default branch. */
export async function commitAt(
  repo: GitRepo,
  revision: unknown,
): Promise<string> {
  const sha = await repo.resolve(
    typeof revision === 'string' && revision ? revision : repo.defaultBranch,
  );
  if (!sha) throw notFound();
  return sha;
}

export function paging(
  request: Request,
  defaultLimit: number = 30,
): { page: number; limit: number; skip: number } {
  const number = (value: unknown, fallback: number) => {
    const parsed = Number(value);
    return Number.isInteger(parsed) && parsed > 0 ? parsed : fallback;
  };
  const page = number(request.query.page, 1);
  const limit = Math.min(number(request.query.limit, defaultLimit), 50);
  return { page, limit, skip: (page - 1) * limit };
}

export function sendPage<T>(
  request: Request,
  response: Response,
  items: T[],
  total: number,
): void {
  response.setHeader('X-Total-Count', String(total));
  response.setHeader(
    'X-HasMore',
    String(paging(request).skip + items.length < total),
  );
  response.json(items);
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What `*` stands for in the route. */
export function wildcard(request: { params: object }): string {
  return (request.params as Record<string, string | undefined>)[0] ?? '';
}
