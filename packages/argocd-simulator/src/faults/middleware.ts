import { RequestHandler } from 'express';
import { Fault, Faults } from './Faults';

/** Plays the faults that are set for the git host or the registry. */
export function troubleMaker(
  faults: Faults,
  target: Fault['target'],
): RequestHandler {
  return (request, response, next) => {
    const fault = faults.take(target, request.originalUrl);
    switch (fault?.kind) {
      case undefined:
        next();
        break;
      case 'latency':
        setTimeout(next, fault?.ms ?? 1_000);
        break;
      case 'hang':
        break;
      case 'reset':
        request.socket.resetAndDestroy();
        break;
      case 'expired-token':
        response.status(401).json({ message: 'token is expired' });
        break;
      case 'html':
        response
          .status(fault?.status ?? 502)
          .type('html')
          .send('<html><body><h1>Bad Gateway</h1></body></html>');
        break;
      default:
        response
          .status(fault?.status ?? 503)
          .json({ message: 'simulated failure' });
    }
  };
}
