import {
  ApplicationView,
  FieldDifference,
  ResourceDrift,
} from '@fairway/backstage-plugin-argocd-promotion-common';

export const DIFFERENCES: Record<ResourceDrift['difference'], string> = {
  differs: 'differs from git',
  missing: 'in git, missing in the cluster',
  extra: 'no longer in git, would be pruned',
};

const shown = (value: string | undefined) =>
  value === undefined || value === '' ? '""' : value;

/** Both values of a field as two short texts; undefined when neither may be told. */
export function valuesOf(
  field: FieldDifference,
): { git: string; live: string } | undefined {
  if (field.hidden) return undefined;
  return {
    git: field.difference === 'added' ? 'not in git' : shown(field.git),
    live:
      field.difference === 'removed' ? 'not in the cluster' : shown(field.live),
  };
}

export const HIDDEN: Record<NonNullable<FieldDifference['hidden']>, string> = {
  secret: 'value differs (hidden)',
  binary: 'binary value differs',
};

/** What becomes of drift by itself, as the sync policy has it. */
export function outlook(application: ApplicationView): string {
  const { enabled, selfHeal, prune } = application.automated;
  const { extra } = application.drift;
  const sentences: string[] = [];
  if (!enabled)
    sentences.push(
      'Automated sync is off: the cluster stays as it is until somebody syncs.',
    );
  else if (selfHeal)
    sentences.push(
      'Self-heal is on: Argo CD sets hand edits back by itself, within seconds.',
    );
  else
    sentences.push(
      'Self-heal is off: hand edits stay until the next commit reaches the branch, and are overwritten then.',
    );
  if (extra > 0 && enabled && !prune)
    sentences.push(
      'Automated prune is off: what is no longer in git stays until somebody prunes it.',
    );
  if (extra > 0 && enabled && prune)
    sentences.push(
      'Automated prune is on: what is no longer in git is deleted with the next sync.',
    );
  if (enabled && prune && extra === 0)
    sentences.push(
      'Automated prune is on: what is taken out of git is deleted from the cluster without asking.',
    );
  return sentences.join(' ');
}
