import Button from '@material-ui/core/Button';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import Typography from '@material-ui/core/Typography';
import { Hold } from '@fairway/backstage-plugin-argocd-promotion-common';
import { useHolds } from '../../hooks/useHolds';
import { Dialog } from '../Dialog';
import { ErrorMessage } from '../messages';
import { HoldSentence } from './HoldSentence';

/** Says once more who holds and why, before it is lifted. */
export function LiftDialog(props: {
  hold: Hold;
  /** Whether something is promoted there by itself. */
  automatic: boolean;
  onClose: () => void;
  onChanged: () => void;
}) {
  const { hold, automatic, onClose } = props;
  const { busy, error, lift } = useHolds(props.onChanged);
  const { entityRef, environment } = hold;
  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="xs"
      fullWidth
      aria-labelledby="argocd-promotion-lift-title"
    >
      <DialogTitle id="argocd-promotion-lift-title">
        Lift the hold of {environment ?? 'all environments'}?
      </DialogTitle>
      <DialogContent>
        {error !== undefined && <ErrorMessage error={error} />}
        <Typography variant="body2" component="div" paragraph>
          <HoldSentence hold={hold} />
        </Typography>
        <Typography variant="body2">
          {automatic
            ? 'Afterwards what runs healthy upstream is promoted there by itself again, which may be at once.'
            : 'Nothing is promoted there by itself, so lifting it changes only what people are told.'}
        </Typography>
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
            lift({ entityRef, ...(environment ? { environment } : {}) })
          }
        >
          Lift hold
        </Button>
      </DialogActions>
    </Dialog>
  );
}
