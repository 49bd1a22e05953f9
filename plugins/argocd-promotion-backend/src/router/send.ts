import { createHash } from 'node:crypto';
import { Request, Response } from 'express';

/** Answers with an ETag over everything but the time of the answer, so that polling an unchanged page costs a 304. */
export function send(request: Request, response: Response, body: object): void {
  const { asOf, ...content } = body as { asOf?: string };
  const json = JSON.stringify(content);
  const etag = `"${createHash('sha256')
    .update(json)
    .digest('base64url')
    .slice(0, 27)}"`;
  response.setHeader('ETag', etag);
  response.setHeader('Cache-Control', 'private, no-cache');
  if (request.header('If-None-Match') === etag) {
    response.status(304).end();
    return;
  }
  // A page of many Applications is large: it is made into text once.
  response.type('json').send(asOf === undefined ? json : withTime(json, asOf));
}

function withTime(json: string, asOf: string): string {
  const time = `"asOf":${JSON.stringify(asOf)}`;
  return json === '{}' ? `{${time}}` : `{${time},${json.slice(1)}`;
}
