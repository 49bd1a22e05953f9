import { useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import Button from '@material-ui/core/Button';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { DriftResourceKey } from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../../api/ref';
import { useNow } from '../../hooks/clock';
import { resourceName } from '../../model/driftHistory';
import { Dialog } from '../Dialog';
import { ErrorMessage } from '../messages';

const DAY = 86_400_000;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/** Asks why and until when nobody is to be alerted. */
export function MuteDialog(props: {
  entityRef: string;
  environment: string;
  /** Absent: all drift of the environment. */
  resource?: DriftResourceKey;
  onClose: () => void;
  onMuted: () => void;
}) {
  const { entityRef, environment, resource, onClose, onMuted } = props;
  const api = useApi(argocdPromotionApiRef);
  const now = useNow();
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState(dayOf(now + 7 * DAY));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const mute = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await api.muteDrift({
        entityRef,
        environment,
        ...(resource ? { resource } : {}),
        reason: reason.trim(),
        // To the end of that day.
        until: new Date(Date.parse(`${until}T00:00:00Z`) + DAY).toISOString(),
      });
      onMuted();
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="xs"
      fullWidth
      aria-labelledby="argocd-promotion-mute-title"
    >
      <DialogTitle id="argocd-promotion-mute-title">
        Mute {resource ? resourceName(resource) : 'all drift'} in {environment}?
      </DialogTitle>
      <DialogContent>
        {error !== undefined && <ErrorMessage error={error} />}
        <Typography variant="body2" paragraph>
          Nobody is alerted of it until then. It is still shown and kept in the
          history.
        </Typography>
        <TextField
          id="argocd-promotion-mute-reason"
          label="Reason"
          value={reason}
          onChange={event => setReason(event.target.value)}
          inputProps={{ maxLength: 1000 }}
          multiline
          fullWidth
          required
          margin="normal"
        />
        <TextField
          id="argocd-promotion-mute-until"
          label="Last day"
          type="date"
          value={until}
          onChange={event => setUntil(event.target.value)}
          inputProps={{ min: dayOf(now), max: dayOf(now + 89 * DAY) }}
          InputLabelProps={{ shrink: true }}
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
          disabled={busy || reason.trim() === '' || until === ''}
          onClick={mute}
        >
          Mute
        </Button>
      </DialogActions>
    </Dialog>
  );
}
