import {
  ApplicationView,
  OperationState,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Tone } from './answers';
import { personName } from './people';
import { shortRevision } from './release';
import { clockTime, duration, relativeTime } from './time';
import { dotted, listWords } from './text';

/** The last or running operation in one headline and Argo CD's own message. */
export interface OperationLine {
  tone: Tone;
  headline: string;
  message?: string;
}

function starter({ initiatedBy }: OperationState): string | undefined {
  if (initiatedBy.selfHeal) return 'self-heal';
  if (initiatedBy.automated) return 'automated';
  return initiatedBy.username
    ? `by ${personName(initiatedBy.username)}`
    : undefined;
}

/** Argo CD ends its message with a time that has neither date nor zone; the headline says it better. */
function ownWords(message: string | undefined): string | undefined {
  return (
    message?.replace(/\s*Retrying attempt #\d+ at [^.]*\.?\s*$/, '').trim() ||
    undefined
  );
}

function failingHeadline(operation: OperationState, now: number): string {
  const { retry } = operation;
  if (!retry || operation.phase !== 'Running') return 'Sync is failing';
  const attempt =
    retry.limit > 0 ? `${retry.count} of ${retry.limit}` : `${retry.count}`;
  if (retry.nextAt && Date.parse(retry.nextAt) > now) {
    return `Sync is failing, retry ${attempt} at ${clockTime(
      retry.nextAt,
      now,
    )}`;
  }
  return `Sync is failing, retry ${attempt}`;
}

export function operationLine(
  application: ApplicationView,
  now: number,
): OperationLine | undefined {
  const { operation } = application;
  if (!operation) return undefined;
  const revisions = listWords(
    operation.revisions.filter(Boolean).map(shortRevision),
  );
  const to = revisions ? ` to ${revisions}` : '';
  const ended = operation.finishedAt
    ? relativeTime(operation.finishedAt, now)
    : undefined;
  switch (operation.phase) {
    case 'Running':
      if (operation.failing) {
        return {
          tone: 'bad',
          headline: failingHeadline(operation, now),
          message: ownWords(operation.message),
        };
      }
      return {
        tone: 'wait',
        headline: dotted(
          `Syncing${to}`,
          operation.startedAt &&
            `started ${relativeTime(operation.startedAt, now)}`,
        ),
        message: operation.message,
      };
    case 'Terminating':
      return {
        tone: 'warn',
        headline: `Sync${to} is being stopped`,
        message: operation.message,
      };
    case 'Succeeded': {
      const took =
        operation.startedAt && operation.finishedAt
          ? duration(operation.startedAt, operation.finishedAt)
          : undefined;
      const headline = ['Last sync succeeded', ended].filter(Boolean).join(' ');
      return {
        tone: 'ok',
        headline: dotted(
          headline,
          took && took !== '0 s' && `took ${took}`,
          starter(operation),
        ),
      };
    }
    default: {
      const retries =
        operation.retry && operation.retry.count > 0
          ? `after ${operation.retry.count} ${
              operation.retry.count === 1 ? 'retry' : 'retries'
            }`
          : undefined;
      return {
        tone: 'bad',
        headline: dotted(
          ['Last sync failed', ended].filter(Boolean).join(' '),
          retries,
          starter(operation),
        ),
        message: ownWords(operation.message),
      };
    }
  }
}
