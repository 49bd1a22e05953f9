import { ErrorRequestHandler, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import {
  GiteaContext,
  ApiError,
  notFound,
  pullOf,
  repoOf,
} from '../gitea/context';
import { date } from '../gitea/shapes';
import { GitRepo } from '../GitRepo';
import { GitRefusal } from '../types';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
a{color:#0b57a4}pre{background:#f5f6f8;padding:.75rem;overflow:auto;border-radius:6px}ins{background:#d7f5dd;text-decoration:none;display:block}
del{background:#fde0e0;text-decoration:none;display:block}button{font:inherit;padding:.4rem 1rem;cursor:pointer}.meta{color:#57606a}
.state{border:1px solid;border-radius:1rem;padding:.1rem .7rem;font-size:.85rem}
@media(prefers-color-scheme:dark){body{background:#15181c;color:#e2e6ea}pre{background:#1f242a}a{color:#7db7f5}ins{background:#173d22}del{background:#4a1d1d}.meta{color:#9aa4ae}}`;

function escape(value: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return value.replace(/[&<>"']/g, char => entities[char]);
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(
    title,
  )}</title><meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>${body}</body></html>`;
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function showDiff(diff: string): string {
  const lines = diff.split('\n').map(line => {
    const safe = escape(line) || ' ';
    if (line.startsWith('+') && !line.startsWith('+++'))
      return `<ins>${safe}</ins>`;
    if (line.startsWith('-') && !line.startsWith('---'))
      return `<del>${safe}</del>`;
    return `${safe}\n`;
  });
  return `<pre>${lines.join('')}</pre>`;
}

const link = (repo: GitRepo, path: string, label: string) =>
  `<a href="/${repo.fullName}${path}">${escape(label)}</a>`;

/** Pages for people, so that the links of commits and pull requests lead somewhere; no sign-in, for this host is a demo. */
export function createPages(context: GiteaContext): Router {
  const router = PromiseRouter();

  router.get('/', (_request, response) => {
    const repos = context.store
      .list()
      .map(repo => `<li>${link(repo, '', repo.fullName)}</li>`);
    response.send(
      page('Repositories', `<h1>Repositories</h1><ul>${repos.join('')}</ul>`),
    );
  });

  const files = async (repo: GitRepo, revision: string) => {
    const sha = await repo.resolve(revision);
    if (!sha) throw notFound();
    const [entries, commits] = await Promise.all([
      repo.files(sha),
      repo.log({ revision: sha, limit: 20 }),
    ]);
    const pulls = context.pulls
      .list(repo)
      .map(
        pull =>
          `<li>${link(
            repo,
            `/pulls/${pull.number}`,
            `#${pull.number} ${pull.title}`,
          )} (${pull.state})</li>`,
      );
    return page(
      repo.fullName,
      `<h1>${link(repo, '', repo.fullName)}</h1><p class="meta">${escape(
        revision,
      )}</p><ul>${entries
        .map(
          entry =>
            `<li>${link(
              repo,
              `/src/commit/${sha}/${encodePath(entry.path)}`,
              entry.path,
            )}</li>`,
        )
        .join('')}</ul><h2>Pull requests</h2><ul>${
        pulls.join('') || '<li>none</li>'
      }</ul><h2>Commits</h2><ul>${commits
        .map(
          commit =>
            `<li>${link(
              repo,
              `/commit/${commit.sha}`,
              commit.message.split('\n')[0],
            )} <span class="meta">${escape(commit.author.name)}, ${date(
              commit.author.date,
            )}</span></li>`,
        )
        .join('')}</ul>`,
    );
  };

  router.get('/:owner/:repo', async (request, response) => {
    const repo = repoOf(context, request);
    response.send(await files(repo, repo.defaultBranch));
  });

  router.get(
    '/:owner/:repo/src/:kind(branch|commit)/:revision/*',
    async (request, response) => {
      const repo = repoOf(context, request);
      const [path, { revision }] = [request.params[0], request.params];
      if (!path) {
        response.send(await files(repo, revision));
        return;
      }
      const sha = await repo.resolve(revision);
      const content = sha && (await repo.read(sha, path));
      if (!content) throw notFound();
      response.send(
        page(
          path,
          `<h1>${link(repo, '', repo.fullName)}</h1><h2>${escape(
            path,
          )}</h2><pre>${escape(content.toString('utf8'))}</pre>`,
        ),
      );
    },
  );

  router.get('/:owner/:repo/commit/:sha', async (request, response) => {
    const repo = repoOf(context, request);
    const sha = await repo.resolve(request.params.sha);
    if (!sha) throw notFound();
    const commit = await repo.commit(sha);
    const [subject, ...rest] = commit.message.trimEnd().split('\n');
    response.send(
      page(
        subject,
        `<p>${link(repo, '', repo.fullName)}</p><h1>${escape(
          subject,
        )}</h1><p class="meta">${escape(commit.author.name)} committed ${date(
          commit.author.date,
        )} · <code>${sha}</code></p>${
          rest.length > 0 ? `<pre>${escape(rest.join('\n').trim())}</pre>` : ''
        }${showDiff(await repo.diff(sha))}`,
      ),
    );
  });

  router.get('/:owner/:repo/pulls/:number(\\d+)', async (request, response) => {
    const pull = pullOf(context, request);
    const { repo, number, title, body, head, base, headSha, merged } = pull;
    const state = merged ? 'merged' : pull.state;
    const baseSha = repo.branchHead(base);
    const from =
      baseSha && pull.state === 'open'
        ? await repo.mergeBase(baseSha, headSha)
        : undefined;
    const action = (await context.pulls.mergeable(pull))
      ? `<form method="post" action="/${repo.fullName}/pulls/${number}/merge"><button type="submit">Merge</button></form>`
      : '';
    const conflict =
      pull.state === 'open' && !action
        ? '<p>This pull request has conflicts with its base.</p>'
        : '';
    response.send(
      page(
        `#${number} ${title}`,
        `<p>${link(repo, '', repo.fullName)}</p><h1>${escape(
          title,
        )} <span class="meta">#${number}</span></h1><p><span class="state">${state}</span> <span class="meta">${escape(
          pull.user.fullName,
        )} wants to merge <code>${escape(head)}</code> into <code>${escape(
          base,
        )}</code></span></p>${
          merged
            ? `<p>Merged as ${link(
                repo,
                `/commit/${merged.sha}`,
                merged.sha.slice(0, 10),
              )} by ${escape(merged.by.fullName)}.</p>`
            : ''
        }${action}${conflict}<pre>${escape(body)}</pre>${showDiff(
          await repo.diff(headSha, from),
        )}`,
      ),
    );
  });

  router.post(
    '/:owner/:repo/pulls/:number(\\d+)/merge',
    async (request, response) => {
      const pull = pullOf(context, request);
      await context.pulls.merge(pull, {
        style: 'merge',
        by: context.accounts.find('reviewer') ?? pull.user,
        message: `Reviewed-on: ${context.store.url}/${pull.repo.fullName}/pulls/${pull.number}`,
      });
      response.redirect(303, `/${pull.repo.fullName}/pulls/${pull.number}`);
    },
  );

  router.use(() => {
    throw notFound();
  });
  const onError: ErrorRequestHandler = (error, _request, response, _next) => {
    let status = 500;
    if (error instanceof ApiError) status = error.status;
    else if (error instanceof GitRefusal)
      status = error.reason === 'not-found' ? 404 : 409;
    response
      .status(status)
      .send(
        page(
          `Error ${status}`,
          `<h1>${status}</h1><p>${escape(String(error.message))}</p>`,
        ),
      );
  };
  router.use(onError);
  return router;
}
