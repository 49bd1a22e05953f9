import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Express } from 'express';
import { buildSchema, GraphQLError, graphql } from 'graphql';
import { GithubContext } from './types';

/** The package has no entry for CommonJS, but its schema is a file. */
function schemaFile(): string {
  const files = (require.resolve.paths('@octokit/graphql-schema') ?? []).map(
    folder => join(folder, '@octokit', 'graphql-schema', 'schema.graphql'),
  );
  const found = files.find(file => existsSync(file));
  if (!found) throw new Error('@octokit/graphql-schema is not installed');
  return found;
}

// As it is published it defines some fields twice.
const schema = buildSchema(readFileSync(schemaFile(), 'utf8'), {
  assumeValid: true,
  assumeValidSDL: true,
});

/** GitHub puts the type of an error beside its message. */
class TypedError extends GraphQLError {
  constructor(readonly type: string | undefined, message: string) {
    super(message);
  }
}

interface CommitInput {
  branch: { repositoryNameWithOwner: string; branchName: string };
  expectedHeadOid: string;
  message: { headline: string; body?: string };
  fileChanges: { additions: Array<{ path: string; contents: string }> };
}

const BASE64 =
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** `POST /graphql`, checked and carried out against the published schema. */
export function addGraphqlRoute(app: Express, context: GithubContext): void {
  app.post('/graphql', async (request, response, next) => {
    try {
      const { query, variables } = request.body;
      const result = await graphql({
        schema,
        source: query,
        variableValues: variables,
        rootValue: {
          createCommitOnBranch: ({ input }: { input: CommitInput }) => {
            if (response.locals.login !== 'backstage')
              throw new TypedError(
                'FORBIDDEN',
                'Resource not accessible by personal access token',
              );
            return createCommit(context, input);
          },
          enablePullRequestAutoMerge: () => {
            throw new TypedError(
              'UNPROCESSABLE',
              'Pull request Auto merge is not allowed for this repository',
            );
          },
        },
      });
      response.json({
        data: result.data,
        ...(result.errors
          ? {
              errors: result.errors.map(error => ({
                ...(error.originalError instanceof TypedError
                  ? { type: error.originalError.type }
                  : {}),
                message: error.message,
                path: error.path,
              })),
            }
          : {}),
      });
    } catch (error) {
      next(error);
    }
  });
}

async function createCommit({ host }: GithubContext, input: CommitInput) {
  const { branch, expectedHeadOid, message, fileChanges } = input;
  const [owner, name] = branch.repositoryNameWithOwner.split('/');
  const repo = host.git.store.find(owner, name ?? '');
  if (!repo)
    throw new TypedError(
      'NOT_FOUND',
      `Could not resolve to a Repository with the name '${branch.repositoryNameWithOwner}'.`,
    );
  for (const { contents } of fileChanges.additions)
    if (!BASE64.test(contents))
      throw new TypedError('ARGUMENT_ERROR', 'contents is not Base64');
  return repo.exclusively(async () => {
    const head = repo.branchHead(branch.branchName);
    if (!head)
      throw new TypedError(
        'NOT_FOUND',
        `No ref exists with the qualified name 'refs/heads/${branch.branchName}'.`,
      );
    if (host.isProtected(repo, branch.branchName))
      throw new TypedError(
        undefined,
        'Repository rule violations found\n\nChanges must be made through a pull request.\n\n',
      );
    if (head !== expectedHeadOid)
      throw new TypedError(
        'STALE_DATA',
        `Expected branch to point to "${expectedHeadOid}" but it did not. Pull and try again.`,
      );
    const text = [message.headline, message.body].filter(Boolean).join('\n\n');
    const author = { name: 'backstage', email: 'backstage@example.com' };
    const [sha] = await repo.writeCommits([
      {
        branch: branch.branchName,
        parent: head,
        files: Object.fromEntries(
          fileChanges.additions.map(({ path, contents }) => [
            path,
            Buffer.from(contents, 'base64'),
          ]),
        ),
        message: text,
        author,
        authorDate: new Date(),
      },
    ]);
    return {
      clientMutationId: null,
      ref: null,
      commit: {
        oid: sha,
        message: text,
        committedDate: new Date().toISOString(),
        author,
        parents: { nodes: [{ oid: head }] },
      },
    };
  });
}
