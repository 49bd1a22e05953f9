import { ManifestSides } from '@fairway/backstage-plugin-argocd-promotion-common';
import { stringify } from 'yaml';
import { ManagedResource } from '../../argocd/types';
import { isNothing, parse, withoutBookkeeping } from './compareResource';
import { HIDDEN, hideSecrets, SECRET_DATA } from './hideSecrets';
import { isItem } from './listKeys';

/** More YAML than a browser shows at ease; the fields tell what differs all the same. */
const MAX_CHARACTERS = 2 * 1024 * 1024;

const shown = (state: string | undefined): unknown =>
  isNothing(state) ? undefined : hideSecrets(withoutBookkeeping(parse(state)));

/** Both sides of one object as YAML with sorted keys, secrets hidden, to be shown side by side. */
export function manifestSides(resource: ManagedResource): ManifestSides {
  const wanted = resource.predictedLiveState ?? resource.targetState;
  const present = resource.normalizedLiveState ?? resource.liveState;
  const git = isNothing(resource.targetState) ? undefined : shown(wanted);
  const live = shown(present);
  if (isItem(git) && isItem(live) && resource.kind === 'Secret')
    markOtherSecrets(parse(wanted), parse(present), live);
  return {
    ...(git === undefined ? {} : { git: yaml(git) }),
    ...(live === undefined ? {} : { live: yaml(live) }),
  };
}

/** That a secret differs may be told: Argo CD itself sends runs of `+` that differ in their lengths. */
function markOtherSecrets(
  wanted: unknown,
  present: unknown,
  live: Record<string, unknown>,
): void {
  for (const field of SECRET_DATA) {
    const [git, own, marked] = [wanted, present, live].map(side =>
      isItem(side) && isItem(side[field]) ? side[field] : {},
    ) as Array<Record<string, unknown>>;
    for (const key of Object.keys(marked)) {
      if (key in git && git[key] !== own[key])
        marked[key] = `${HIDDEN} differs from git`;
    }
  }
}

function yaml(value: unknown): string {
  const text = stringify(value, {
    lineWidth: 0,
    sortMapEntries: true,
    aliasDuplicateObjects: false,
  });
  return text.length > MAX_CHARACTERS
    ? `${text.slice(0, MAX_CHARACTERS)}\n# cut here: the object is longer\n`
    : text;
}
