import Button from '@material-ui/core/Button';
import { EnvironmentView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { useNow } from '../../hooks/clock';
import { LaneNote, laneNotes, staleInstances } from '../../model/notes';
import { count } from '../../model/text';
import { RelativeTime, Sentence, ToneIcon } from '../basics';
import { useSharedStyles } from '../theme';
import { LaneHold } from './LaneHold';
import { useLaneStyles } from './styles';

/** More would push what the lane is about out of sight; the rest is in the list of all Applications. */
const MOST = 3;

function Note({ note }: { note: LaneNote }) {
  const lane = useLaneStyles();
  const shared = useSharedStyles();
  const loud = note.tone !== 'ok';
  return (
    <div className={`${lane.note} ${note.tone === 'bad' ? lane.alarming : ''}`}>
      {loud && <ToneIcon tone={note.tone} />}
      <span className={loud ? undefined : shared.quiet}>
        {note.who && `${note.who}: `}
        {note.strong ? (
          <strong>
            <Sentence text={note.title} />
          </strong>
        ) : (
          note.title
        )}
      </span>
      {note.message && <div>{note.message}</div>}
    </div>
  );
}

/** What there is to say about the Applications of a lane, the worst first, and of whose Instance the data is old. */
export function LaneNotes(props: {
  environment: EnvironmentView;
  onAll: () => void;
  /** Absent for those who may not. */
  onLift?: () => void;
}) {
  const { environment, onAll, onLift } = props;
  const lane = useLaneStyles();
  const now = useNow();
  const notes = laneNotes(environment.applications, now);
  const stale = staleInstances(environment.applications);
  return (
    <div>
      {environment.hold && (
        <LaneHold
          hold={environment.hold}
          environment={environment.name}
          onLift={onLift}
        />
      )}
      {stale.map(({ instance, since, reason, applications }) => (
        <div key={instance} className={lane.note} role="note">
          <ToneIcon tone="unknown" />
          {applications < environment.applications.length &&
            `${count(applications, 'Application')} of ${instance} `}
          as of <RelativeTime at={since} />
          {reason && `: ${reason}`}
        </div>
      ))}
      {notes.slice(0, MOST).map(note => (
        <Note key={note.key} note={note} />
      ))}
      {notes.length > MOST && (
        <Button size="small" className={lane.link} onClick={onAll}>
          and {notes.length - MOST} more to read
        </Button>
      )}
    </div>
  );
}
