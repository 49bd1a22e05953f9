import { createHash } from 'node:crypto';
import { Request, Response } from 'express';

/** Answers with an ETag over everything but the time of the answer, so that polling an unchanged page costs a 304. */
export function send(request: Request, response: Response, body: object): void {
  const { asOf: _, ...content } = body as { asOf?: string };
  const etag = `"${createHash('sha256')
    .update(JSON.stringify(content))
    .digest('base64url')
    .slice(0, 27)}"`;
  response.setHeader('ETag', etag);
  response.setHeader('Cache-Control', 'private, no-cache');
  if (request.header('If-None-Match') === etag) response.status(304).end();
  else response.json(body);
}
