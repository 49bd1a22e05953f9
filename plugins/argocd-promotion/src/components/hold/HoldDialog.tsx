import { useState } from 'react';
import Button from '@material-ui/core/Button';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import FormControl from '@material-ui/core/FormControl';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import FormLabel from '@material-ui/core/FormLabel';
import Radio from '@material-ui/core/Radio';
import RadioGroup from '@material-ui/core/RadioGroup';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { useHolds } from '../../hooks/useHolds';
import { Holdable } from '../../model/holds';
import { Dialog } from '../Dialog';
import { ErrorMessage } from '../messages';

/** No environment has this name, as names hold no blanks. */
const WHOLE = 'the whole entity';

/** Asks what to hold, and why. */
export function HoldDialog(props: {
  entityRef: string;
  name: string;
  holdable: Holdable;
  onClose: () => void;
  onChanged: () => void;
}) {
  const { entityRef, name, onClose } = props;
  const { environments, entity } = props.holdable;
  const [what, setWhat] = useState(environments[0] ?? WHOLE);
  const [reason, setReason] = useState('');
  const { busy, error, set } = useHolds(props.onChanged);
  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="xs"
      fullWidth
      aria-labelledby="argocd-promotion-hold-title"
    >
      <DialogTitle id="argocd-promotion-hold-title">
        Hold promotions of {name}?
      </DialogTitle>
      <DialogContent>
        {error !== undefined && <ErrorMessage error={error} />}
        <Typography variant="body2" paragraph>
          Nothing is promoted there by itself until somebody lifts the hold.
          People may promote all the same, and are told of it.
        </Typography>
        <FormControl component="fieldset">
          <FormLabel component="legend">What to hold</FormLabel>
          <RadioGroup
            value={what}
            onChange={(_, value) => setWhat(value)}
            aria-label="What to hold"
          >
            {environments.map(environment => (
              <FormControlLabel
                key={environment}
                value={environment}
                control={<Radio color="primary" size="small" />}
                label={environment}
              />
            ))}
            {entity && (
              <FormControlLabel
                value={WHOLE}
                control={<Radio color="primary" size="small" />}
                label="all environments"
              />
            )}
          </RadioGroup>
        </FormControl>
        <TextField
          id="argocd-promotion-hold-reason"
          label="Reason (optional)"
          helperText="Everybody who looks at the lane reads it."
          value={reason}
          onChange={event => setReason(event.target.value)}
          inputProps={{ maxLength: 4000 }}
          multiline
          fullWidth
          margin="normal"
        />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} disabled={busy}>
          Back
        </Button>
        <Button
          variant="contained"
          color="primary"
          disabled={busy}
          onClick={() =>
            set({
              entityRef,
              ...(what === WHOLE ? {} : { environment: what }),
              ...(reason.trim() ? { reason: reason.trim() } : {}),
            })
          }
        >
          Hold
        </Button>
      </DialogActions>
    </Dialog>
  );
}
