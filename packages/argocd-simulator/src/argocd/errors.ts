const HTTP: Record<number, number> = {
  2: 500,
  3: 400,
  5: 404,
  7: 403,
  9: 400,
  10: 409,
  12: 501,
  16: 401,
};

/** An error as Argo CD's gateway answers it: a gRPC code and a message. */
export class ApiError extends Error {
  constructor(readonly code: number, message: string) {
    super(message);
  }

  get status(): number {
    return HTTP[this.code] ?? 500;
  }
}

export const denied = () => new ApiError(7, 'permission denied');

/** No such route. */
export class NotFound extends Error {}
