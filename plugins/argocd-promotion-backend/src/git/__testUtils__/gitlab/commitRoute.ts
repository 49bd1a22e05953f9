import { Router } from 'express';
import { z } from 'zod';
import { FakeAnswer } from '../contract/FakeHost';
import { commitShape } from './shapes';
import type { GitlabContext } from './startGitlab';

/** The published parameters of `POST /projects/:id/repository/commits`, for updates. */
const body = z.strictObject({
  branch: z.string().min(1),
  commit_message: z.string().min(1),
  author_name: z.string().optional(),
  author_email: z.string().optional(),
  actions: z
    .array(
      z.strictObject({
        action: z.literal('update'),
        file_path: z.string().min(1),
        content: z.base64(),
        encoding: z.enum(['text', 'base64']),
        last_commit_id: z.string().optional(),
      }),
    )
    .min(1),
});

/** A commit of several files, refused when one was changed by another commit than the caller knows of. */
export function addCommitRoute(router: Router, context: GitlabContext): void {
  router.post('/projects/:id/repository/commits', async (request, response) => {
    const repo = context.repo(request);
    context.requireWriter(response);
    const parsed = body.safeParse(request.body);
    if (!parsed.success)
      throw new FakeAnswer(400, { error: parsed.error.message });
    const { branch, commit_message: message, actions } = parsed.data;
    if (context.host.isProtected(repo, branch))
      throw new FakeAnswer(403, {
        message: '403 Forbidden - You are not allowed to push into this branch',
      });
    const [sha] = await repo.exclusively(async () => {
      const head = repo.branchHead(branch);
      if (!head)
        throw new FakeAnswer(400, {
          message: 'You can only create or edit files when you are on a branch',
        });
      for (const { file_path: path, last_commit_id: last } of actions) {
        if (!(await repo.entry(head, path)))
          throw new FakeAnswer(400, {
            message: "A file with this name doesn't exist",
          });
        const [known] = await repo.log({ revision: head, path, limit: 1 });
        if (last && known.sha !== last)
          throw new FakeAnswer(400, {
            message: `The file has changed since you started editing it: ${path}`,
          });
      }
      const user = { name: 'backstage', email: 'backstage@example.com' };
      return repo.writeCommits([
        {
          branch,
          parent: head,
          message,
          files: Object.fromEntries(
            actions.map(each => [
              each.file_path,
              Buffer.from(each.content, 'base64'),
            ]),
          ),
          author: {
            name: parsed.data.author_name ?? user.name,
            email: parsed.data.author_email ?? user.email,
          },
          committer: user,
          authorDate: new Date(),
        },
      ]);
    });
    response.status(201).json(commitShape(await repo.commit(sha)));
  });
}
