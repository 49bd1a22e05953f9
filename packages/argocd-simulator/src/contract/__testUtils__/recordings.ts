import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../../recordings');

/** One request to a real Argo CD and its answer. */
export interface Recording {
  request: { method: string; path: string; as: string; body?: unknown };
  response: { status: number; headers: Record<string, string>; body: unknown };
}

/** What a stream of a real Argo CD said. */
export interface StreamRecording {
  request: { method: string; path: string; as: string };
  response: { status: number; headers: Record<string, string> };
  messages: Array<{ atMs: number; line: StreamMessage }>;
}

export interface StreamedApplication {
  metadata: { name: string };
  status: {
    sync: { status: string };
    health: { status?: string };
    operationState?: { phase: string; retryCount?: number; message?: string };
  };
}

export interface StreamMessage {
  result: { type: string; application: StreamedApplication };
}

/** A recording by name; a missing one fails the test that asks for it. */
export function recording(name: string): Recording {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));
}

export function streamRecording(name: string): StreamRecording {
  const [head, ...lines] = readFileSync(join(FOLDER, `${name}.ndjson`), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));
  return { ...head, messages: lines.filter(({ line }) => line !== undefined) };
}

/** What a person is told of an Application, in order, and only where it changes. */
export function factsOf(applications: StreamedApplication[]): string[] {
  const facts: string[] = [];
  for (const { status } of applications) {
    const { phase = '-', retryCount } = status.operationState ?? {};
    const fact = [
      status.sync.status,
      status.health.status,
      phase,
      ...(retryCount ? [`retry ${retryCount}`] : []),
    ].join(' ');
    if (facts.at(-1) !== fact) facts.push(fact);
  }
  return facts;
}
