import { Router } from 'express';
import { z } from 'zod';
import { FakeAnswer } from '../contract/FakeHost';
import { commitShape } from './readRoutes';
import type { AzureContext } from './startAzure';

const NONE = '0'.repeat(40);
const sha = z.string().regex(/^[0-9a-f]{40}$/);
const ref = z.string().startsWith('refs/heads/');

const push = z.strictObject({
  refUpdates: z
    .array(z.strictObject({ name: ref, oldObjectId: sha }))
    .length(1),
  commits: z
    .array(
      z.strictObject({
        comment: z.string().min(1),
        author: z
          .strictObject({ name: z.string(), email: z.email() })
          .optional(),
        changes: z
          .array(
            z.strictObject({
              changeType: z.literal('edit'),
              item: z.strictObject({ path: z.string().startsWith('/') }),
              newContent: z.strictObject({
                content: z.base64(),
                contentType: z.literal('base64encoded'),
              }),
            }),
          )
          .min(1),
      }),
    )
    .length(1),
});

const refUpdates = z
  .array(z.strictObject({ name: ref, oldObjectId: sha, newObjectId: sha }))
  .length(1);

function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success)
    throw new FakeAnswer(400, { message: parsed.error.message });
  return parsed.data;
}

/** Pushes and updates of refs. */
export function addPushRoutes(router: Router, context: AzureContext): void {
  router.post('/repositories/:repository/pushes', async (request, response) => {
    const repo = context.repo(request);
    context.requireWriter(response);
    const { refUpdates: updates, commits } = checked(push, request.body);
    const branch = updates[0].name.slice('refs/heads/'.length);
    if (context.host.isProtected(repo, branch))
      throw new FakeAnswer(403, {
        message:
          'TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch.',
        typeKey: 'GitRefUpdateRejectedByPolicyException',
      });
    const [{ comment, author, changes }] = commits;
    const written = await repo.exclusively(async () => {
      const head = repo.branchHead(branch);
      if (head !== updates[0].oldObjectId)
        throw new FakeAnswer(409, {
          message: `TF401028: The reference '${updates[0].name}' has already been updated by another client, so you cannot update it. Please try again.`,
          typeKey: 'GitReferenceStaleException',
        });
      for (const { item } of changes)
        if (!(await repo.entry(head, item.path.slice(1))))
          throw new FakeAnswer(400, {
            message: `TF401021: the item ${item.path} does not exist`,
          });
      const user = { name: 'backstage', email: 'backstage@example.com' };
      const [id] = await repo.writeCommits([
        {
          branch,
          parent: head,
          message: comment,
          files: Object.fromEntries(
            changes.map(({ item, newContent }) => [
              item.path.slice(1),
              Buffer.from(newContent.content, 'base64'),
            ]),
          ),
          author: author ?? user,
          committer: user,
          authorDate: new Date(),
        },
      ]);
      return repo.commit(id);
    });
    const { parents: _, comment: _c, ...shape } = commitShape(written);
    response.status(201).json({ pushId: 1, commits: [shape] });
  });

  router.post('/repositories/:repository/refs', async (request, response) => {
    const repo = context.repo(request);
    context.requireWriter(response);
    const [{ name, oldObjectId, newObjectId }] = checked(
      refUpdates,
      request.body,
    );
    const updateStatus = await repo.exclusively(async () => {
      const head = repo.branchHead(name.slice('refs/heads/'.length)) ?? NONE;
      if (head !== oldObjectId) return 'staleOldObjectId';
      await repo.updateRef(
        name,
        newObjectId === NONE ? undefined : newObjectId,
      );
      return 'succeeded';
    });
    response.json({
      count: 1,
      value: [{ name, updateStatus, success: updateStatus === 'succeeded' }],
    });
  });
}
