import { Request, Response } from 'express';
import { GitRepo } from '@fairway/argocd-simulator';
import { FakeHost } from '../contract/FakeHost';

/** What the routes of the fake share. */
export interface GithubContext {
  host: FakeHost;
  /** Whether the plan of the organization has drafts. */
  drafts(): boolean;
  repo(request: Request): GitRepo;
  requireWriter(request: Request, response: Response): void;
}
