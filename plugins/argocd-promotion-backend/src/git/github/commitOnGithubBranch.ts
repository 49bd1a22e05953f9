import { Octokit } from '@octokit/rest';
import {
  InputError,
  isError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import {
  CommitFilesOptions,
  GitCommit,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { withCoAuthor } from '../trailers';

const MUTATION = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) {
    commit {
      oid
      message
      committedDate
      author { name email }
      parents(first: 10) { nodes { oid } }
    }
  }
}`;

interface Written {
  createCommitOnBranch: {
    commit: {
      oid: string;
      message: string;
      committedDate: string;
      author: { name: string | null; email: string | null } | null;
      parents: { nodes: Array<{ oid: string } | null> | null };
    };
  } | null;
}

/**
 * `createCommitOnBranch`: one commit on the branch, only while its head is `head`. GitHub signs it when an App wrote it.
 * The author is always the App or the token's user, so the person stands in a `Co-authored-by` trailer. Undefined: the
 * head has moved.
 */
export async function commitOnGithubBranch(
  octokit: Octokit,
  repository: { name: string; fullName: string },
  options: CommitFilesOptions & { head: string },
): Promise<GitCommit | undefined> {
  const { branch, head, files, author } = options;
  const message = withCoAuthor(options.message, author);
  const [headline, ...rest] = message.split('\n');
  const body = rest.join('\n').trim();
  let written: Written;
  try {
    written = await octokit.graphql<Written>(MUTATION, {
      input: {
        branch: {
          repositoryNameWithOwner: repository.fullName,
          branchName: branch,
        },
        expectedHeadOid: head,
        message: { headline, ...(body ? { body } : {}) },
        fileChanges: {
          additions: files.map(({ path, content }) => ({
            path,
            contents: Buffer.from(content).toString('base64'),
          })),
        },
      },
    });
  } catch (error) {
    const refusals = graphqlErrors(error);
    if (!refusals) throw error;
    if (refusals.some(isStale)) return undefined;
    throw toError(repository.name, branch, refusals);
  }
  const commit = written.createCommitOnBranch?.commit;
  if (!commit)
    throw new ServiceUnavailableError(
      `${repository.name} did not say which commit it wrote; look for its trailer before writing again`,
    );
  return {
    sha: commit.oid,
    parents: (commit.parents.nodes ?? []).flatMap(node =>
      node ? [node.oid] : [],
    ),
    message: commit.message,
    author: {
      name: commit.author?.name ?? '',
      email: commit.author?.email ?? '',
    },
    committedAt: new Date(commit.committedDate).toISOString(),
  };
}

interface Refusal {
  type?: string;
  message: string;
}

/** The errors of an answer whose status was 200. */
function graphqlErrors(error: unknown): Refusal[] | undefined {
  return isError(error) &&
    error.name === 'GraphqlResponseError' &&
    Array.isArray(error.errors)
    ? (error.errors as Refusal[])
    : undefined;
}

function isStale({ type, message }: Refusal): boolean {
  return type === 'STALE_DATA' || /expected branch to point to/i.test(message);
}

function toError(name: string, branch: string, refusals: Refusal[]): Error {
  const words = refusals
    .map(({ message }) => message)
    .join('; ')
    .slice(0, 400);
  const message = `${name} refused the commit on ${branch}: ${words}`;
  const types = refusals.map(({ type }) => type);
  // Classic protection has a type of its own, rulesets only say it.
  if (
    types.includes('BRANCH_PROTECTION_RULE_VIOLATION') ||
    /rule violations|protected branch|through a pull request/i.test(words)
  )
    return new NotAllowedError(
      `${message}. Set 'delivery: pull-request' for the environment, or let the App or user pass the branch's rules`,
    );
  if (types.includes('FORBIDDEN') || types.includes('INSUFFICIENT_SCOPES'))
    return new NotAllowedError(
      `${message}. The App or token in 'integrations.github' needs 'contents: write'`,
    );
  if (types.includes('NOT_FOUND')) return new NotFoundError(message);
  if (types.includes('RATE_LIMITED') || types.every(type => !type))
    return new ServiceUnavailableError(message);
  return new InputError(message);
}
