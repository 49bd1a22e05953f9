import { recording } from './recordings';
import { startCompany } from './company';

/** Who wrote which field, the hydrator, and the Kubernetes API's own version are not simulated in full. */
export const UNTOLD =
  /managedFields|hydrate|\.finalizers|\.syncWave|\.hook\b|resources\[\]\.health\.message/;

export const NONE = { missing: [], surplus: [] };

export const bodyOf = (name: string) => recording(name).response.body;

type Company = Awaited<ReturnType<typeof startCompany>>;

/** Sends what was sent to the real one, and expects status and headers as they were. */
export async function replay(
  company: Company,
  name: string,
  overrides: { json?: unknown } = {},
) {
  const { request, response } = recording(name);
  const text = JSON.stringify(request.body)?.replaceAll(
    'http://127.0.0.1:13000',
    company.base,
  );
  const answer = await company.call(request.path, {
    method: request.method,
    as: request.as,
    ...(request.body === undefined ? {} : { json: JSON.parse(text) }),
    ...overrides,
  });
  expect(answer.status).toBe(response.status);
  expect(answer.headers.get('content-type')).toBe(
    response.headers['content-type'],
  );
  expect(answer.headers.get('grpc-metadata-content-type') ?? undefined).toBe(
    response.headers['grpc-metadata-content-type'],
  );
  return answer.json();
}
