import { Hold } from '@fairway/backstage-plugin-argocd-promotion-common';
import { Person, RelativeTime, Sentence } from '../basics';

/** Who holds, since when, and why. */
export function HoldSentence({ hold }: { hold: Hold }) {
  return (
    <>
      <strong>{hold.environment ? 'Held' : 'All environments held'}</strong> by{' '}
      <Person who={hold.heldBy} />, <RelativeTime at={hold.at} />
      {hold.reason && (
        <>
          : <Sentence text={hold.reason} />
        </>
      )}
    </>
  );
}
