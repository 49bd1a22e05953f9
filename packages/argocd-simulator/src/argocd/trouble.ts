import { IncomingMessage, ServerResponse } from 'http';
import { Fault } from '../faults/Faults';
import { ApiError } from './errors';
import { send, sendError } from './http';

/** The faults of answers; those of streams are in the streams' own hands. */
export const ANSWER_FAULTS: Fault['kind'][] = [
  'latency',
  'hang',
  'reset',
  'status',
  'html',
  'expired-token',
];

/** Answers as the fault says; false when the request goes on after it. */
export async function trouble(
  fault: Fault,
  raw: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  switch (fault.kind) {
    case 'latency':
      await new Promise(resolve => setTimeout(resolve, fault.ms ?? 1_000));
      return false;
    case 'hang':
      return true;
    case 'reset':
      raw.socket.resetAndDestroy();
      return true;
    case 'expired-token':
      sendError(
        raw,
        response,
        new ApiError(
          16,
          'invalid session: token has invalid claims: token is expired',
        ),
      );
      return true;
    case 'html':
      send(
        raw,
        response,
        fault.status ?? 502,
        '<html><body><h1>Bad Gateway</h1></body></html>',
        { 'content-type': 'text/html' },
      );
      return true;
    default: {
      const error = {
        error: 'simulated failure',
        code: 14,
        message: 'simulated failure',
      };
      send(raw, response, fault.status ?? 503, JSON.stringify(error), {
        'content-type': 'application/json',
      });
      return true;
    }
  }
}
