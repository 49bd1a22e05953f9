import express, { Router } from 'express';
import { CloudContext, refuse } from './startBitbucketCloud';

const FIELDS = ['message', 'branch', 'parents', 'author'];

/** `POST src`: files as form fields, on a parent that is asserted to be the branch's head. */
export function addCloudSourceRoute(
  router: Router,
  context: CloudContext,
): void {
  router.post(
    '/repositories/:workspace/:slug/src',
    express.raw({ type: 'multipart/form-data', limit: '50mb' }),
    async (request, response) => {
      const repo = context.repo(request);
      context.requireWriter(response);
      const form = await new Response(new Uint8Array(request.body), {
        headers: { 'content-type': request.headers['content-type'] ?? '' },
      }).formData();
      const text = (name: string) => {
        const value = form.get(name);
        return typeof value === 'string' ? value : undefined;
      };
      const branch = text('branch') ?? 'main';
      const message = text('message');
      const author = /^(.*) <([^>]+)>$/.exec(text('author') ?? '');
      if (!message) throw refuse(400, 'message: required');
      if (text('author') && !author) throw refuse(400, 'author: not an author');
      if (context.host.isProtected(repo, branch))
        throw refuse(
          403,
          `Permission denied to update branch ${branch}: pushing is restricted`,
        );
      const files: Record<string, Uint8Array> = {};
      for (const [name, value] of form.entries())
        if (typeof value !== 'string')
          files[name.replace(/^\//, '').replaceAll('%22', '"')] =
            new Uint8Array(await value.arrayBuffer());
        else if (!FIELDS.includes(name))
          throw refuse(400, `${name}: unknown field`);
      const sha = await repo.exclusively(async () => {
        const head = repo.branchHead(branch);
        if (text('parents') && head !== text('parents'))
          throw refuse(409, `${text('parents')} is not the head of ${branch}`);
        const user = { name: 'backstage', email: 'backstage@example.com' };
        const [written] = await repo.writeCommits([
          {
            branch,
            ...(head ? { parent: head } : {}),
            files,
            message,
            author: author ? { name: author[1], email: author[2] } : user,
            committer: user,
            authorDate: new Date(),
          },
        ]);
        return written;
      });
      response
        .status(201)
        .location(
          `${context.host.url}/2.0/repositories/${repo.fullName}/commit/${sha}`,
        )
        .end();
    },
  );
}
