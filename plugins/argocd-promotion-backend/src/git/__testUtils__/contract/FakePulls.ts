import {
  GitHost,
  GitRepo,
  PullRequest,
  PullRequests,
} from '@fairway/argocd-simulator';
import { PersonsAct } from './HostUnderTest';

/** A pull request with what the simulator's own knows nothing of. */
export interface FakePull extends PullRequest {
  draft?: boolean;
}

/** Pull requests of a fake host, with git's true merges behind them. */
export class FakePulls {
  readonly #pulls = new PullRequests(() => new Date());
  readonly #host: GitHost;

  constructor(host: GitHost) {
    this.#host = host;
    host.store.onUpdate((repo, updates) => this.#pulls.onUpdate(repo, updates));
  }

  list(repo: GitRepo): FakePull[] {
    return this.#pulls.list(repo);
  }

  find(repo: GitRepo, number: number): FakePull | undefined {
    return this.#pulls.find(repo, number);
  }

  /** Throws `GitRefusal` as the simulator's Gitea would; the fake words it. */
  async open(
    repo: GitRepo,
    options: {
      title: string;
      body: string;
      base: string;
      head: string;
      draft?: boolean;
    },
  ): Promise<FakePull> {
    const { draft, ...rest } = options;
    const pull: FakePull = await this.#pulls.open(repo, {
      ...rest,
      user: this.#user('backstage'),
    });
    if (draft) pull.draft = true;
    return pull;
  }

  close(pull: FakePull): void {
    this.#pulls.close(pull);
  }

  /** What a person does in the host's pages. */
  async act(name: string, number: number, act: PersonsAct): Promise<void> {
    const repo = this.#host.store.get(name);
    const pull = this.find(repo, number);
    if (!pull) throw new Error(`There is no pull request ${number}`);
    if (act.do === 'close') this.close(pull);
    else if (act.do === 'reopen') pull.state = 'open';
    else if (act.do === 'retarget') pull.base = act.base;
    else if (act.do === 'merge') {
      await this.#pulls.merge(pull, {
        style: act.style,
        by: this.#user('reviewer'),
      });
      if (act.deleteBranch)
        await repo.exclusively(() =>
          repo.updateRef(`refs/heads/${pull.head}`, undefined),
        );
    }
  }

  #user(login: string) {
    const account = this.#host.accounts.find(login);
    if (!account) throw new Error(`There is no account ${login}`);
    return account;
  }
}
