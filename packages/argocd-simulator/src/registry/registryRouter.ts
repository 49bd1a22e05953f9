import express, { Request, Response, Router } from 'express';
import { ImageStore } from './ImageStore';

export interface RegistryCredentials {
  username: string;
  password: string;
}

function fail(
  response: Response,
  status: number,
  code: string,
  message: string,
): void {
  response.status(status).json({ errors: [{ code, message, detail: null }] });
}

function page(
  request: Request,
  names: string[],
): { names: string[]; next?: string } {
  const limit =
    request.query.n === undefined ? names.length : Number(request.query.n);
  const last =
    typeof request.query.last === 'string' ? request.query.last : undefined;
  const rest = last === undefined ? names : names.filter(name => name > last);
  const shown = rest.slice(0, limit);
  return {
    names: shown,
    next: shown.length < rest.length ? shown.at(-1) : undefined,
  };
}

/** The reading half of the OCI distribution API; with credentials, also the token dance that clients expect. */
export function createRegistryRouter(
  images: ImageStore,
  credentials?: RegistryCredentials,
): Router {
  const router = express.Router();
  const token =
    credentials &&
    Buffer.from(`${credentials.username}:${credentials.password}`).toString(
      'base64',
    );

  router.get('/token', (request, response) => {
    if (token && request.headers.authorization !== `Basic ${token}`) {
      fail(response, 401, 'UNAUTHORIZED', 'incorrect username or password');
      return;
    }
    response.json({
      token: token ?? 'anonymous',
      access_token: token ?? 'anonymous',
      expires_in: 300,
    });
  });

  router.use('/v2', (request, response, next) => {
    response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');
    const { authorization } = request.headers;
    if (
      !token ||
      authorization === `Bearer ${token}` ||
      authorization === `Basic ${token}`
    ) {
      next();
      return;
    }
    response.setHeader(
      'WWW-Authenticate',
      `Bearer realm="http://${images.host}/token",service="${images.host}"`,
    );
    fail(response, 401, 'UNAUTHORIZED', 'authentication required');
  });

  router.get('/v2/', (_request, response) => {
    response.json({});
  });

  router.get('/v2/_catalog', (request, response) => {
    const { names } = page(request, images.names());
    response.json({ repositories: names });
  });

  router.get(/^\/v2\/(.+)\/tags\/list$/, (request, response) => {
    const name = request.params[0];
    const repository = images.repository(name);
    if (!repository) {
      fail(
        response,
        404,
        'NAME_UNKNOWN',
        'repository name not known to registry',
      );
      return;
    }
    const { names, next } = page(request, [...repository.tags.keys()].sort());
    if (next) {
      const query = `n=${request.query.n}&last=${encodeURIComponent(next)}`;
      response.setHeader(
        'Link',
        `</v2/${name}/tags/list?${query}>; rel="next"`,
      );
    }
    response.json({ name, tags: names });
  });

  // Express answers HEAD with the same handler, without the body.
  router.get(/^\/v2\/(.+)\/manifests\/([^/]+)$/, (request, response) => {
    const [name, reference] = [request.params[0], request.params[1]];
    if (!images.repository(name)) {
      fail(
        response,
        404,
        'NAME_UNKNOWN',
        'repository name not known to registry',
      );
      return;
    }
    const manifest = images.manifest(name, reference);
    if (!manifest) {
      fail(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
      return;
    }
    response.setHeader('Content-Type', manifest.mediaType);
    response.setHeader('Docker-Content-Digest', manifest.digest);
    response.setHeader('ETag', `"${manifest.digest}"`);
    response.end(manifest.content);
  });

  router.get(/^\/v2\/(.+)\/blobs\/([^/]+)$/, (request, response) => {
    const digest = request.params[1];
    const blob = images.repository(request.params[0])?.blobs.get(digest);
    if (!blob) {
      fail(response, 404, 'BLOB_UNKNOWN', 'blob unknown to registry');
      return;
    }
    response.setHeader('Content-Type', 'application/octet-stream');
    response.setHeader('Docker-Content-Digest', digest);
    response.end(blob);
  });

  router.use('/v2', (_request, response) => {
    fail(response, 405, 'UNSUPPORTED', 'the operation is unsupported');
  });
  return router;
}
