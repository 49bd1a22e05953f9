import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { PullRequestConfig } from './types';

const STYLES = ['merge', 'squash', 'rebase'] as const;

/** How the pull requests of an environment look; undefined when nothing is said of them. */
export function readPullRequest(
  entry: Config | undefined,
  key: string,
): PullRequestConfig | undefined {
  if (!entry) return undefined;
  const labels = readNames(entry, 'labels', key);
  const reviewers = readNames(entry, 'reviewers', key);
  const draft = entry.getOptionalBoolean('draft');
  const autoMerge = readAutoMerge(entry.getOptional<unknown>('autoMerge'), key);
  if (draft && autoMerge)
    throw new InputError(
      `${key}: a draft is not merged by itself; set either draft or autoMerge`,
    );
  return {
    ...(labels.length > 0 ? { labels } : {}),
    ...(reviewers.length > 0 ? { reviewers } : {}),
    ...(draft ? { draft } : {}),
    ...(autoMerge ? { autoMerge } : {}),
  };
}

function readNames(entry: Config, name: string, key: string): string[] {
  const value = entry.getOptional<unknown>(name) ?? [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map(item => {
    if (typeof item === 'string' && item.trim() !== '') return item.trim();
    throw new InputError(
      `${key}.${name} must hold names, as the host has them`,
    );
  });
}

function readAutoMerge(
  value: unknown,
  key: string,
): PullRequestConfig['autoMerge'] {
  if (value === undefined || typeof value === 'boolean') return value;
  const style = STYLES.find(each => each === value);
  if (style) return style;
  throw new InputError(
    `${key}.autoMerge must be true, false, ${STYLES.join(', ')}`,
  );
}
