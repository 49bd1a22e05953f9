import { Readable } from 'node:stream';
import { pipeline as pump } from 'node:stream/promises';
import { AuditorService, HttpAuthService } from '@backstage/backend-plugin-api';
import { NotAllowedError, ServiceUnavailableError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import express, { Request, Response } from 'express';
import Router from 'express-promise-router';
import { ArgocdPassage } from '../proxy/ArgocdPassage';
import { parseRequestTarget } from '../proxy/requestTarget';
import { audited } from './audit';
import { EntityPath, PipelineLoader } from './PipelineLoader';

const PROXY = '/v1/entities/:kind/:namespace/:name/proxy/:instance/:path(*)';
const DEFAULT_DEADLINE_MS = 30_000;

/** The read-only passage to Argo CD, for the Applications of one entity. */
export function createProxyRouter(options: {
  load: Pick<PipelineLoader, 'pipeline'>;
  passage: ArgocdPassage;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
  /** How long one answer may take, from the request to its last byte. */
  deadlineMs?: number;
}): express.Router {
  const { load, passage, httpAuth, auditor } = options;
  const router = Router();

  const read = async (request: Request, response: Response) => {
    const left = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) left.abort();
    });
    const signal = AbortSignal.any([
      left.signal,
      AbortSignal.timeout(options.deadlineMs ?? DEFAULT_DEADLINE_MS),
    ]);
    // Before anything is looked up: a target that is not understood tells nothing of what there is.
    const target = parseRequestTarget(request.url);
    const { kind, namespace, name } = request.params;
    const params: EntityPath = { kind, namespace, name };
    const { pipeline } = await load.pipeline(request, params);
    const parts = passage.read(pipeline, target, signal);
    // Until the first part is there, whatever goes wrong can still be told as an error.
    const first = await parts.next();
    response.status(200);
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.setHeader('Cache-Control', 'private, no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    try {
      await pump(Readable.from(whole(first, parts)), response, { signal });
    } catch {
      // The headers are sent: what is cut off must not look complete.
      response.destroy();
      throw new ServiceUnavailableError('The answer was cut off');
    }
    return { route: target.route.id, application: target.app };
  };

  const refuseMethod = async (request: Request, response: Response) => {
    await httpAuth.credentials(request, { allow: ['user', 'service'] });
    await audited(
      auditor,
      request,
      'argocd-read',
      named(request),
      async () => {
        throw new NotAllowedError('Only GET passes');
      },
      () => ({}),
    ).catch(() => {});
    response.setHeader('Allow', 'GET');
    response.status(405).json({
      error: { name: 'NotAllowedError', message: 'Only GET passes' },
      request: { method: request.method, url: request.originalUrl },
      response: { statusCode: 405 },
    });
  };

  router.use(PROXY, (request, response, next) => {
    if (request.method === 'GET') {
      next();
      return undefined;
    }
    return refuseMethod(request, response);
  });
  router.get(PROXY, async (request, response) => {
    const viewer = request as unknown as Request;
    await httpAuth.credentials(viewer, { allow: ['user', 'service'] });
    try {
      await audited(
        auditor,
        viewer,
        'argocd-read',
        named(viewer),
        () => read(viewer, response),
        result => result,
      );
    } catch (error) {
      // Nobody is there any more to be told.
      if (!response.destroyed && !response.headersSent) throw error;
    }
  });

  return router;
}

/** What the audit log says of a request, understood or not. */
function named(request: Request): JsonObject {
  const { kind, namespace, name, instance, path } = request.params;
  const clip = (value: string) => value.slice(0, 255);
  return {
    method: request.method,
    entityRef: clip(`${kind}:${namespace}/${name}`.toLowerCase()),
    instance: clip(instance),
    path: clip(path),
  };
}

async function* whole(
  first: IteratorResult<string>,
  rest: AsyncGenerator<string>,
): AsyncGenerator<string> {
  if (!first.done) yield first.value;
  yield* rest;
}
