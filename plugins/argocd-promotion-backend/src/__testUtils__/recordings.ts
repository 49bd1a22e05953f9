import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ApplicationEvent, parseEvent } from '../argocd/parseApplication';

/** Answers of a real Argo CD, kept beside the simulator that is tested against them. */
export const recordingsDirectory = join(
  dirname(require.resolve('@fairway/argocd-simulator/package.json')),
  'recordings',
);

export interface Recording {
  request: { method: string; path: string; as?: string; body?: unknown };
  response: { status: number; headers: Record<string, string>; body: unknown };
}

export const recordingNames = (extension: 'json' | 'ndjson'): string[] =>
  readdirSync(recordingsDirectory)
    .filter(name => name.endsWith(`.${extension}`))
    .sort();

export const readRecording = (name: string): Recording =>
  JSON.parse(readFileSync(join(recordingsDirectory, name), 'utf8'));

/** The lines of a recorded stream, without the request at its head and the abort at its end. */
export const readStream = (name: string): unknown[] =>
  readFileSync(join(recordingsDirectory, name), 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as { line?: unknown })
    .flatMap(({ line }) => (line === undefined ? [] : [line]));

export const readEvents = (name: string): ApplicationEvent[] =>
  readStream(name).flatMap(line => {
    const event = parseEvent(line);
    return event ? [event] : [];
  });
