import { useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import Button from '@material-ui/core/Button';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import Typography from '@material-ui/core/Typography';
import {
  ApplicationView,
  ResourceDrift,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../../api/ref';
import { resourceName } from '../../model/driftHistory';
import { Dialog } from '../Dialog';
import { ErrorMessage } from '../messages';

/** What a sync of one object does, told before it is asked for. */
function consequence({ difference }: ResourceDrift): string {
  switch (difference) {
    case 'missing':
      return 'Argo CD creates it as git says.';
    case 'extra':
      return 'It is no longer in git: Argo CD deletes it.';
    default:
      return 'Argo CD sets it back to what git says, and what was changed by hand is lost.';
  }
}

/** Has Argo CD set one object back, asked back first. */
export function SyncResourceButton(props: {
  entityRef: string;
  application: ApplicationView;
  resource: ResourceDrift;
  /** Why the viewer may not; absent when they may. */
  reason?: string;
}) {
  const { entityRef, application, resource, reason } = props;
  const { instance, namespace, name } = application;
  const api = useApi(argocdPromotionApiRef);
  const [asking, setAsking] = useState(false);
  const [state, setState] = useState<'idle' | 'busy' | 'asked'>('idle');
  const [error, setError] = useState<unknown>();
  const close = () => setAsking(false);
  const sync = async () => {
    setState('busy');
    setError(undefined);
    const { group, kind, namespace: own, name: of } = resource;
    try {
      await api.syncResources({
        entityRef,
        instance,
        namespace,
        name,
        resources: [
          {
            ...(group ? { group } : {}),
            kind,
            ...(own ? { namespace: own } : {}),
            name: of,
          },
        ],
        ...(resource.difference === 'extra' ? { prune: true } : {}),
      });
      setState('asked');
      close();
    } catch (refusal) {
      setError(refusal);
      setState('idle');
    }
  };
  if (state === 'asked')
    return (
      <Typography variant="caption" role="status">
        sync asked for
      </Typography>
    );
  return (
    <>
      <span title={reason}>
        <Button
          size="small"
          disabled={reason !== undefined}
          onClick={() => setAsking(true)}
          aria-label={`Sync ${resourceName(resource)}`}
        >
          Sync…
        </Button>
      </span>
      {asking && (
        <Dialog
          open
          onClose={close}
          maxWidth="xs"
          fullWidth
          aria-labelledby="argocd-promotion-sync-title"
        >
          <DialogTitle id="argocd-promotion-sync-title">
            Sync {resourceName(resource)}?
          </DialogTitle>
          <DialogContent>
            {error !== undefined && <ErrorMessage error={error} />}
            <Typography variant="body2">
              {consequence(resource)} Nothing else is synced, and no hooks run.
            </Typography>
          </DialogContent>
          <DialogActions>
            <Button onClick={close} disabled={state === 'busy'}>
              Back
            </Button>
            <Button
              variant="contained"
              color="primary"
              disabled={state === 'busy'}
              onClick={sync}
            >
              {resource.difference === 'extra' ? 'Delete it' : 'Sync'}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  );
}
