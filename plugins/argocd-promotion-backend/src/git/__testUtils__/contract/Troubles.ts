import { RequestHandler } from 'express';
import { Trouble } from './HostUnderTest';

/** Notes every request, and answers some of them with trouble. */
export class Troubles {
  #queue: Trouble[] = [];
  #requests: string[] = [];

  add(trouble: Trouble): void {
    this.#queue.push(trouble);
  }

  requests(): string[] {
    return this.#requests.splice(0);
  }

  readonly handler: RequestHandler = (request, response, next) => {
    this.#requests.push(`${request.method} ${request.originalUrl}`);
    const writes =
      !['GET', 'HEAD', 'OPTIONS'].includes(request.method) &&
      !request.path.endsWith('/git-upload-pack');
    const [trouble] = this.#queue;
    if (!trouble || (trouble.writes && !writes)) {
      next();
      return;
    }
    this.#queue.shift();
    if (trouble.afterwards) {
      response.end = () => {
        request.socket.destroy();
        return response;
      };
      next();
      return;
    }
    if (trouble.status === 0) {
      request.socket.destroy();
      return;
    }
    response
      .status(trouble.status)
      .set(trouble.headers ?? {})
      .json(trouble.body ?? { message: 'trouble' });
  };
}
