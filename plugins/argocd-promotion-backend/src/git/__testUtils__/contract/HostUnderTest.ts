import { GitStore } from '@fairway/argocd-simulator';
import { GitRepository } from '@fairway/backstage-plugin-argocd-promotion-node';

/** How a person merges. */
export type MergeStyle = 'merge' | 'squash' | 'rebase';

/** What a person does with a pull request. */
export type PersonsAct =
  | { do: 'merge'; style: MergeStyle; deleteBranch?: boolean }
  | { do: 'close' }
  | { do: 'reopen' }
  | { do: 'retarget'; base: string };

/** An answer that the host gives in the place of the true one. */
export interface Trouble {
  /** 0: the connection is cut without an answer. */
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Only for requests that write. */
  writes?: boolean;
  /** The request is carried out, and its answer lost. */
  afterwards?: boolean;
}

/** A git host, real or a fake that refuses what the real one refuses, over repositories of git itself. */
export interface HostUnderTest {
  /** The repositories behind the API, to look at and to change as a neighbour would. */
  store: GitStore;
  /** The repository as the product sees it. `nobody` shows credentials that the host does not know. */
  open(name: string, as?: 'writer' | 'reader' | 'nobody'): GitRepository;
  /** Credentials that no message may hold. */
  secrets: string[];
  /** Requests since the last call, as `METHOD path`. */
  requests(): string[];
  trouble(trouble: Trouble): void;
  /** A person at the pull request; absent where the host has none. */
  person?(name: string, number: number, act: PersonsAct): Promise<void>;
  mergeStyles: MergeStyle[];
  /** From now on a commit straight to the branch is refused, in the host's words; absent where the simulator can not. */
  protect?(name: string, branch: string): Promise<void>;
  /** The rules as the port tells them once the branch is protected; absent where the host does not tell. */
  rules?: object;
  /** A check says something of a commit; absent where the host has none. */
  check?(
    name: string,
    sha: string,
    check: { name: string; state: 'success' | 'pending' | 'failure' },
  ): Promise<void>;
  /** The person is the author of the commit; where not, a trailer names them. */
  authorIsPerson: boolean;
  /** The host tells blob ids in its lists. */
  listsBlobs: boolean;
  close(): Promise<void>;
}
