import { useEffect, useState } from 'react';
import Button from '@material-ui/core/Button';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import Skeleton from '@material-ui/lab/Skeleton';
import {
  RenderedApplication,
  RenderedChange,
  RenderedDifference,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { changeWord, HOW, OMITTED, renderedSummary } from '../model/rendered';
import { Name } from './basics';
import { ErrorMessage, Message } from './messages';
import { PatchLines } from './PatchView';
import { useSharedStyles } from './theme';

const useStyles = makeStyles(
  theme => ({
    line: {
      display: 'flex',
      alignItems: 'center',
      flexWrap: 'wrap',
      columnGap: theme.spacing(1),
    },
    list: { listStyle: 'none', margin: theme.spacing(1, 0, 0), padding: 0 },
    object: { overflow: 'hidden', marginBottom: theme.spacing(1.5) },
    head: {
      padding: theme.spacing(0.75, 1.5),
      background: theme.palette.action.hover,
    },
    note: { padding: theme.spacing(0.75, 1.5) },
  }),
  { name: 'ArgocdPromotionRendered' },
);

function ChangedObject({ object }: { object: RenderedChange }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  const { kind, name, patch, omitted } = object;
  return (
    <li
      className={`${shared.panel} ${classes.object}`}
      aria-label={`${kind} ${name}`}
    >
      <Typography variant="body2" component="div" className={classes.head}>
        {kind} <Name text={name} /> {changeWord(object)}
      </Typography>
      {patch && <PatchLines patch={patch} compact />}
      {omitted && (
        <Typography
          variant="body2"
          color="textSecondary"
          className={classes.note}
        >
          {OMITTED[omitted]}
        </Typography>
      )}
    </li>
  );
}

function ChangedApplication(props: {
  application: RenderedApplication;
  named: boolean;
}) {
  const { application, named } = props;
  const { name, state, objects, more } = application;
  const classes = useStyles();
  if (state === 'failed') return null;
  return (
    <>
      <Typography variant="body2" color="textSecondary" component="div">
        {named && (
          <>
            <Name text={name} />:{' '}
          </>
        )}
        {HOW[state]}
      </Typography>
      <ul
        className={classes.list}
        aria-label={`Objects of ${name} that change`}
      >
        {objects.map(object => (
          <ChangedObject
            key={[
              object.group,
              object.kind,
              object.namespace,
              object.name,
            ].join('/')}
            object={object}
          />
        ))}
      </ul>
      {more !== undefined && (
        <Typography variant="body2" color="textSecondary" gutterBottom>
          and {more} more
        </Typography>
      )}
    </>
  );
}

/** What changes in the cluster, as Argo CD renders it: one line, and the objects on demand. */
export function RenderedChanges(props: {
  read: (signal: AbortSignal) => Promise<RenderedDifference>;
  /** Whether the line is wanted without being asked for. */
  atOnce: boolean;
}) {
  const { read, atOnce } = props;
  const classes = useStyles();
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(atOnce);
  const [attempt, setAttempt] = useState(0);
  const [value, setValue] = useState<RenderedDifference>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (!wanted) return undefined;
    const abort = new AbortController();
    setError(undefined);
    setValue(undefined);
    read(abort.signal).then(
      found => !abort.signal.aborted && setValue(found),
      reason => !abort.signal.aborted && setError(reason),
    );
    return () => abort.abort();
  }, [read, wanted, attempt]);

  if (error !== undefined)
    return (
      <ErrorMessage
        error={error}
        onRetry={() => setAttempt(before => before + 1)}
      />
    );
  if (!wanted)
    return (
      <Button
        size="small"
        onClick={() => {
          setWanted(true);
          setOpen(true);
        }}
      >
        Show what changes
      </Button>
    );
  if (!value)
    return (
      <div role="status" aria-label="Asking Argo CD what changes">
        <Skeleton variant="text" width={280} />
      </div>
    );
  const failed = value.applications.filter(({ state }) => state === 'failed');
  const known = value.applications.filter(({ state }) => state !== 'failed');
  const hasObjects = known.some(({ objects }) => objects.length > 0);
  return (
    <>
      {failed.map(({ name, reason }) => (
        <Message
          key={name}
          tone="unknown"
          title={`What changes in ${name} is not known`}
        >
          {reason}
        </Message>
      ))}
      {known.length > 0 && (
        <div className={classes.line}>
          <Typography variant="body2">{renderedSummary(value)}</Typography>
          {hasObjects && (
            <Button
              size="small"
              aria-expanded={open}
              onClick={() => setOpen(before => !before)}
            >
              {open ? 'Hide' : 'Show'}
            </Button>
          )}
        </div>
      )}
      {value.more !== undefined && (
        <Typography variant="body2" color="textSecondary">
          {value.more} more Applications were not looked at.
        </Typography>
      )}
      {open &&
        known.map(application => (
          <ChangedApplication
            key={`${application.instance}/${application.namespace}/${application.name}`}
            application={application}
            named={known.length > 1}
          />
        ))}
    </>
  );
}
