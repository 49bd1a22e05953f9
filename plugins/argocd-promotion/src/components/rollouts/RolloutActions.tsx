import { useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import Button from '@material-ui/core/Button';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import Tooltip from '@material-ui/core/Tooltip';
import Typography from '@material-ui/core/Typography';
import {
  ApplicationView,
  RolloutActionOffer,
  RolloutActionResult,
  RolloutView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../../api/ref';
import { actionLabel, primaryAction } from '../../model/rollout';
import { Dialog } from '../Dialog';
import { ErrorMessage } from '../messages';

export interface RolloutTarget {
  entityRef: string;
  environment: string;
  application: ApplicationView;
  rollout: RolloutView;
}

interface Props extends RolloutTarget {
  onActed: (result: RolloutActionResult) => void;
  /** It was not as it was seen: look again. */
  onMoved: () => void;
}

function Confirmation(
  props: Props & { offer: RolloutActionOffer; onClose: () => void },
) {
  const { entityRef, environment, application, rollout, offer } = props;
  const api = useApi(argocdPromotionApiRef);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const label = actionLabel(offer.action, rollout);
  const act = async () => {
    setBusy(true);
    setError(undefined);
    const { instance, namespace, name } = application;
    try {
      props.onActed(
        await api.actOnRollout({
          entityRef,
          instance,
          namespace,
          name,
          environment,
          rollout: {
            name: rollout.name,
            ...(rollout.namespace ? { namespace: rollout.namespace } : {}),
          },
          action: offer.action,
          seen: rollout.seen,
        }),
      );
    } catch (reason) {
      setError(reason);
      setBusy(false);
      props.onMoved();
    }
  };
  return (
    <Dialog
      open
      onClose={busy ? undefined : props.onClose}
      maxWidth="xs"
      fullWidth
      aria-labelledby="argocd-promotion-rollout-action"
    >
      <DialogTitle id="argocd-promotion-rollout-action">
        {label}: {rollout.name} in {environment}?
      </DialogTitle>
      <DialogContent>
        {error !== undefined && <ErrorMessage error={error} />}
        <Typography variant="body2">{offer.effect}</Typography>
      </DialogContent>
      <DialogActions>
        <Button onClick={props.onClose} disabled={busy}>
          Back
        </Button>
        <Button
          variant="contained"
          color="primary"
          disabled={busy || error !== undefined}
          onClick={act}
        >
          {busy ? 'Waiting for the Rollout…' : label}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** What one may do with a Rollout; what makes no sense now stands there disabled, with the reason. */
export function RolloutActions(props: Props) {
  const { rollout } = props;
  // As it was when the button was pressed: what is confirmed is what was seen.
  const [asked, setAsked] = useState<{
    offer: RolloutActionOffer;
    rollout: RolloutView;
  }>();
  const primary = primaryAction(rollout);
  return (
    <div
      role="group"
      aria-label={`Actions on Rollout ${rollout.name}`}
      style={{ display: 'flex', flexWrap: 'wrap', gap: 8, margin: '12px 0' }}
    >
      {rollout.actions.map(offer => {
        const label = actionLabel(offer.action, rollout);
        const button = (
          <Button
            size="small"
            variant={offer.action === primary ? 'contained' : 'outlined'}
            color={offer.action === primary ? 'primary' : 'default'}
            disabled={!offer.available}
            onClick={() => setAsked({ offer, rollout })}
          >
            {label}
          </Button>
        );
        return offer.reason ? (
          <Tooltip key={offer.action} title={offer.reason}>
            {/* A disabled button hears nothing: what is around it tells why, to the keyboard too. */}
            <span
              // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
              tabIndex={0}
              role="note"
              aria-label={`${label} is not available: ${offer.reason}`}
            >
              {button}
            </span>
          </Tooltip>
        ) : (
          <span key={offer.action}>{button}</span>
        );
      })}
      {asked && (
        <Confirmation
          {...props}
          {...asked}
          onClose={() => setAsked(undefined)}
          onActed={result => {
            setAsked(undefined);
            props.onActed(result);
          }}
        />
      )}
    </div>
  );
}
