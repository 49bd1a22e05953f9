import {
  ReplayedAnswer,
  recordedRequest,
} from '../__testUtils__/ReplayedAnswer';
import { readRecording } from '../__testUtils__/recordings';
import { readTable } from './__testUtils__/tables';

interface Refusal {
  error: string;
  says: string;
}

const outcome = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: Error) => error,
  );

describe('what people are told of the recorded refusals', () => {
  it.each(readTable<Refusal>('errors'))('%s', async (name, { error, says }) => {
    const { request, response } = readRecording(name);
    const login = request.path === '/api/v1/session';
    const argocd = await ReplayedAnswer.start(
      name,
      login ? { username: 'backstage', password: 'nope' } : undefined,
    );
    try {
      const told = await outcome(
        login
          ? argocd.client.getVersion()
          : argocd.transport.json(recordedRequest(name)),
      );
      expect(told?.name).toBe(error);
      expect(told?.message).toContain(
        `instance 'main' answered ${response.status}: ${says}`,
      );
      const [asked] = argocd.requests;
      expect(asked.method).toBe(request.method);
      expect(`${asked.url.split('?')[0]}/`).toContain(
        request.path.split('?')[0],
      );
      // What two of them lacked, which the product always sends.
      expect(asked.contentType).toBe(
        asked.method === 'GET' ? undefined : 'application/json',
      );
    } finally {
      await argocd.close();
    }
  });

  it('are told of a stream as of an answer', async () => {
    const argocd = await ReplayedAnswer.start('stream-anonymous.json');
    const told = await outcome(argocd.client.streamApplications({}));
    expect(told?.name).toBe('AuthenticationError');
    expect(told?.message).toContain('no session information');
    await argocd.close();
  });
});
