import { lazy, Suspense, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import Button from '@material-ui/core/Button';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import Skeleton from '@material-ui/lab/Skeleton';
import useAsyncRetry from 'react-use/esm/useAsyncRetry';
import {
  ApplicationView,
  ResourceDrift,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';
import { DIFFERENCES } from '../model/drift';
import { Name, ToneIcon } from './basics';
import { SyncResourceButton } from './drift/SyncResourceButton';
import { DriftField } from './DriftField';
import { ErrorMessage } from './messages';
import { useSharedStyles } from './theme';

/** The editor is large, and most people never open it. */
const SideBySide = lazy(() => import('./SideBySide'));

const useStyles = makeStyles(
  theme => ({
    root: { marginBottom: theme.spacing(1.5), overflow: 'hidden' },
    head: {
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1),
      padding: theme.spacing(0.75, 1.5),
      background: theme.palette.action.hover,
    },
    title: { flex: 1, minWidth: 0 },
    fields: { listStyle: 'none', margin: 0, padding: 0 },
    field: {
      padding: theme.spacing(0.75, 1.5),
      borderTop: `1px solid ${theme.palette.divider}`,
    },
    sides: { borderTop: `1px solid ${theme.palette.divider}` },
    legend: {
      display: 'grid',
      gridTemplateColumns: '1fr 1fr',
      padding: theme.spacing(0.5, 1.5),
    },
  }),
  { name: 'ArgocdPromotionDrift' },
);

function Sides(props: {
  entityRef: string;
  application: ApplicationView;
  resource: ResourceDrift;
}) {
  const { entityRef, application, resource } = props;
  const { instance, namespace, name } = application;
  const api = useApi(argocdPromotionApiRef);
  const classes = useStyles();
  const { value, error, retry } = useAsyncRetry(
    () =>
      api.getManifestSides({ entityRef, instance, namespace, name, resource }),
    [api, entityRef, instance, namespace, name, resource],
  );
  if (error) return <ErrorMessage error={error} onRetry={retry} />;
  const loading = <Skeleton variant="rect" height={160} />;
  if (!value) return loading;
  return (
    <div className={classes.sides}>
      <div className={classes.legend}>
        <Typography variant="caption">git</Typography>
        <Typography variant="caption">cluster</Typography>
      </div>
      <Suspense fallback={loading}>
        <SideBySide git={value.git ?? ''} live={value.live ?? ''} />
      </Suspense>
    </div>
  );
}

/** One object that differs from git: its fields, and both sides on demand. */
export function DriftedObject(props: {
  entityRef: string;
  application: ApplicationView;
  resource: ResourceDrift;
  /** Whether the viewer may have it synced; absent: nobody asked, and the backend decides. */
  maySync?: { allowed: boolean; reason?: string };
}) {
  const { resource, maySync } = props;
  const classes = useStyles();
  const shared = useSharedStyles();
  const [open, setOpen] = useState(false);
  return (
    <li
      className={`${shared.panel} ${classes.root}`}
      aria-label={`${resource.kind} ${resource.name}`}
    >
      <div className={classes.head}>
        <Typography variant="body2" component="div" className={classes.title}>
          <ToneIcon tone="warn" />
          {resource.kind} <Name text={resource.name} />:{' '}
          {DIFFERENCES[resource.difference]}
        </Typography>
        <SyncResourceButton
          entityRef={props.entityRef}
          application={props.application}
          resource={resource}
          reason={maySync?.allowed === false ? maySync.reason : undefined}
        />
        <Button
          size="small"
          aria-expanded={open}
          onClick={() => setOpen(value => !value)}
        >
          {open ? 'Hide YAML' : 'Show YAML'}
        </Button>
      </div>
      {resource.fields.length > 0 && (
        <ul className={classes.fields}>
          {resource.fields.map(field => (
            <DriftField key={field.path} field={field} />
          ))}
          {resource.more && (
            <li className={classes.field}>
              <Typography variant="body2" color="textSecondary">
                and {resource.more} more fields; the YAML shows them all
              </Typography>
            </li>
          )}
        </ul>
      )}
      {open && <Sides {...props} />}
    </li>
  );
}
