import {
  EnvironmentView,
  LastChange,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { newestChange } from '../../model/lastChange';
import { shortRevision } from '../../model/release';
import { firstLine } from '../../model/text';
import { personName } from '../../model/people';
import { OutLink, Person, RelativeTime } from '../basics';
import { useSharedStyles } from '../theme';
import { useLaneStyles } from './styles';

function Commit({ change }: { change: LastChange }) {
  const shared = useSharedStyles();
  const said = change.message ? firstLine(change.message) : change.revision;
  const about =
    change.own || !change.message
      ? said
      : `The newest commit of the repository at that time, which may be about something else: “${said}”${
          change.author ? ` by ${personName(change.author)}` : ''
        }`;
  return (
    <span className={shared.mono} title={about}>
      <OutLink
        to={change.url}
        label={`Commit ${shortRevision(change.revision)}`}
      >
        {shortRevision(change.revision)}
      </OutLink>
    </span>
  );
}

/** Who changed last what runs here, and when; where that is not known, only when Argo CD synced at which commit. */
export function LastChangeLine({
  environment,
}: {
  environment: EnvironmentView;
}) {
  const lane = useLaneStyles();
  const change = newestChange(environment);
  if (!change) {
    return environment.releaseSince ? (
      <div className={lane.small}>
        since <RelativeTime at={environment.releaseSince} />
      </div>
    ) : null;
  }
  const at = change.deployedAt ?? change.committedAt;
  if (!change.own) {
    return (
      <div className={lane.small}>
        synced {at && <RelativeTime at={at} />} at <Commit change={change} />
      </div>
    );
  }
  const who = change.promotedBy ?? change.author;
  return (
    <div className={lane.small}>
      {at && <RelativeTime at={at} />}
      {who && (
        <>
          {' · '}
          {change.promotedBy && 'promoted by '}
          <Person who={who} />
        </>
      )}
      {change.promotedBy && change.mergedBy && (
        <>
          , merged by <Person who={change.mergedBy} />
        </>
      )}
      {' · '}
      <Commit change={change} />
    </div>
  );
}
