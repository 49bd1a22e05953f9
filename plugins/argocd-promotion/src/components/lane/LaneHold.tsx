import Button from '@material-ui/core/Button';
import { Hold } from '@fairway/backstage-plugin-argocd-promotion-common';
import { ToneIcon } from '../basics';
import { HoldSentence } from '../hold/HoldSentence';
import { useLaneStyles } from './styles';

/** That an environment is held, and the way out for those who have the right. */
export function LaneHold(props: {
  hold: Hold;
  environment: string;
  onLift?: () => void;
}) {
  const lane = useLaneStyles();
  return (
    <div className={lane.note} role="note">
      <ToneIcon tone="warn" />
      <HoldSentence hold={props.hold} />
      {props.onLift && (
        <Button
          size="small"
          color="primary"
          className={lane.link}
          style={{ padding: '0 6px', lineHeight: 'inherit' }}
          aria-label={`Lift the hold of ${props.environment}`}
          onClick={props.onLift}
        >
          Lift…
        </Button>
      )}
    </div>
  );
}
