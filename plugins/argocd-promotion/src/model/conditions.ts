import {
  ApplicationCondition,
  ApplicationView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { Tone } from './answers';

const WORDS: Record<string, { tone: Tone; title: string }> = {
  ComparisonError: { tone: 'bad', title: 'Argo CD cannot compare it with git' },
  InvalidSpecError: { tone: 'bad', title: 'The Application’s spec is invalid' },
  UnknownError: { tone: 'bad', title: 'Argo CD reports an error' },
  SyncError: { tone: 'bad', title: 'The automated sync failed' },
  DeletionError: { tone: 'bad', title: 'The Application cannot be deleted' },
  SharedResourceWarning: {
    tone: 'warn',
    title: 'Another Application manages the same resource',
  },
  RepeatedResourceWarning: {
    tone: 'warn',
    title: 'The same resource is declared more than once',
  },
  OrphanedResourceWarning: {
    tone: 'warn',
    title: 'The namespace holds resources that no Application manages',
  },
  ExcludedResourceWarning: {
    tone: 'warn',
    title: 'Argo CD is configured to leave out some of its resources',
  },
};

/** `ResourceQuotaError` → `Resource quota error`: for conditions that a newer Argo CD may bring. */
function spelled(type: string): string {
  const words = type.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toLocaleUpperCase('en-US') + words.slice(1);
}

export function conditionLine(condition: ApplicationCondition): {
  tone: Tone;
  title: string;
  message: string;
} {
  const known = WORDS[condition.type];
  return {
    tone: known?.tone ?? (/error/i.test(condition.type) ? 'bad' : 'warn'),
    title: known?.title ?? spelled(condition.type),
    message: condition.message,
  };
}

/** The conditions that say more than the last operation does: Argo CD repeats a failed sync as a condition. */
export function conditionsToSay({
  conditions,
  operation,
}: Pick<ApplicationView, 'conditions' | 'operation'>): ApplicationCondition[] {
  const failure =
    operation?.phase === 'Failed' || operation?.phase === 'Error'
      ? operation.message
      : undefined;
  return conditions.filter(
    condition =>
      !(
        failure &&
        condition.type === 'SyncError' &&
        condition.message.includes(failure)
      ),
  );
}
