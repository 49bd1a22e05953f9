import { Problem } from '@fairway/backstage-plugin-argocd-promotion-common';
import { ResponseError } from '@backstage/errors';
import { Tone } from './answers';

/** A remedy, its prose apart from what is there to paste. */
export interface Remedy {
  prose: string;
  code?: string;
}

const YAML_LINE = /^\s*(- |[\w./-]+:(\s|$))/;

/** Takes the YAML out of a remedy: what is fenced, else what follows the prose of several lines. */
export function splitRemedy(remedy: string): Remedy {
  const fenced = /^([\s\S]*?)```\w*\n([\s\S]*?)\n?```([\s\S]*)$/.exec(remedy);
  if (fenced) {
    return {
      prose: [fenced[1].trim(), fenced[3].trim()].filter(Boolean).join(' '),
      code: fenced[2],
    };
  }
  const lines = remedy.split('\n');
  if (lines.length < 2) return { prose: remedy.trim() };
  const start = lines.findIndex(
    (line, index) =>
      YAML_LINE.test(line) && (index > 0 || YAML_LINE.test(lines[1])),
  );
  if (start < 0) return { prose: remedy.trim() };
  return {
    prose: lines.slice(0, start).join(' ').trim(),
    code: lines.slice(start).join('\n').trimEnd(),
  };
}

/** Codes that forbid nothing, but should be read. */
const INFORMATION = ['no-environments-configured', 'claim-only'];

export function problemTone(problem: Problem): Tone {
  if (INFORMATION.includes(problem.code)) return 'wait';
  return /stale|partial|unknown/.test(problem.code) ? 'unknown' : 'warn';
}

/** An error as a person should read it. */
export interface ErrorWords {
  title: string;
  message: string;
  remedy?: string;
  status?: number;
}

function titleFor(status: number | undefined): string {
  if (status === undefined) return 'Backstage cannot be reached';
  if (status === 400) return 'This cannot be done as asked';
  if (status === 401) return 'You are signed out';
  if (status === 403) return 'You may not do this';
  if (status === 404) return 'It is not there';
  if (status === 409) return 'Something changed in between';
  if (status === 429) return 'Too many requests';
  if (status === 503) return 'A service that this needs does not answer';
  return 'Something went wrong in the backend';
}

/** The backend's own sentence and remedy, with a title by status. */
export function errorWords(error: unknown): ErrorWords {
  if (error instanceof ResponseError) {
    const body: unknown = error.body.error;
    const remedy =
      typeof body === 'object' &&
      body !== null &&
      'remedy' in body &&
      typeof body.remedy === 'string'
        ? body.remedy
        : undefined;
    return {
      title: titleFor(error.statusCode),
      message: error.cause.message || error.message,
      remedy,
      status: error.statusCode,
    };
  }
  return {
    title: titleFor(undefined),
    message:
      error instanceof Error && error.message
        ? error.message
        : 'The request did not get through.',
    remedy: 'Check your connection and try again.',
  };
}

export function isConflict(error: unknown): boolean {
  return error instanceof ResponseError && error.statusCode === 409;
}
