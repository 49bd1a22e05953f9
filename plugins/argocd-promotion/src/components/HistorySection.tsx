import { useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import Button from '@material-ui/core/Button';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import Skeleton from '@material-ui/lab/Skeleton';
import useAsyncRetry from 'react-use/esm/useAsyncRetry';
import {
  ApplicationDetails,
  DeploymentChange,
  DeploymentRecord,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';
import { imagesLine, initiatorWords } from '../model/history';
import { shortRevision } from '../model/release';
import { count } from '../model/text';
import { duration } from '../model/time';
import { OutLink, RelativeTime } from './basics';
import { ErrorMessage } from './messages';
import { useSharedStyles } from './theme';

/** More file names than a person reads of one deployment. */
const FIRST_FILES = 6;

const useStyles = makeStyles(
  theme => ({
    list: {
      listStyle: 'none',
      margin: 0,
      padding: 0,
      fontFamily: theme.typography.fontFamily,
    },
    entry: {
      padding: theme.spacing(1, 0),
      borderTop: `1px solid ${theme.palette.divider}`,
      '&:first-child': { borderTop: 0 },
    },
    below: {
      paddingLeft: theme.spacing(2),
      fontSize: 13,
      overflowWrap: 'anywhere',
    },
  }),
  { name: 'ArgocdPromotionHistory' },
);

interface Props {
  entityRef: string;
  application: ApplicationDetails;
}

function Change({ change }: { change: DeploymentChange }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  const images = imagesLine(change.images);
  const more = change.files.length - FIRST_FILES;
  return (
    <div className={classes.below}>
      {change.commits.map(({ sha, message, author, url }) => (
        <div key={sha}>
          <span className={shared.mono}>
            <OutLink to={url}>{shortRevision(sha)}</OutLink>
          </span>{' '}
          {message?.split('\n')[0]}
          {author && <span className={shared.quiet}> · {author}</span>}
        </div>
      ))}
      {images && <div>{images}</div>}
      {change.files.length > 0 && (
        <div className={shared.quiet}>
          {change.files.slice(0, FIRST_FILES).join(', ')}
          {more > 0 && ` and ${count(more, 'more file')}`}
        </div>
      )}
      {change.commits.length === 0 && change.files.length === 0 && (
        <div className={shared.quiet}>
          nothing of its own: the commits since then are about something else
        </div>
      )}
      {change.incomplete && (
        <div className={shared.quiet}>{change.incomplete}</div>
      )}
    </div>
  );
}

function Entry({ record }: { record: DeploymentRecord }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  const { deployStartedAt, deployedAt } = record;
  const took = deployStartedAt && duration(deployStartedAt, deployedAt);
  return (
    <li className={classes.entry}>
      <Typography variant="body2" component="div">
        <RelativeTime at={deployedAt} />
        <span className={shared.quiet}>
          {[
            '',
            took && `took ${took}`,
            initiatorWords(record.initiatedBy),
            `at ${record.revisions.map(shortRevision).join(', ')}`,
          ]
            .filter(part => part !== undefined)
            .join(' · ')}
        </span>
      </Typography>
      {record.changes.map(change => (
        <Change key={`${change.repoURL} ${change.revision}`} change={change} />
      ))}
    </li>
  );
}

function History({ entityRef, application }: Props) {
  const { instance, namespace, name, history } = application;
  const api = useApi(argocdPromotionApiRef);
  const classes = useStyles();
  const newest = history[0]?.id;
  const { value, error, loading, retry } = useAsyncRetry(
    () => api.getDeploymentHistory({ entityRef, instance, namespace, name }),
    // Asked anew when there is another deployment.
    [api, entityRef, instance, namespace, name, newest],
  );
  if (error) return <ErrorMessage error={error} onRetry={retry} />;
  if (loading || !value) return <Skeleton variant="rect" height={120} />;
  return (
    <ul className={classes.list} aria-label="Deployments">
      {value.items.map(record => (
        <Entry key={record.id} record={record} />
      ))}
    </ul>
  );
}

/** Past deployments with what each changed, asked of git when somebody wants to see it. */
export function HistorySection(props: Props) {
  const [open, setOpen] = useState(false);
  const { length } = props.application.history;
  if (open) return <History {...props} />;
  return (
    <Button size="small" variant="outlined" onClick={() => setOpen(true)}>
      Show what{' '}
      {length === 1 ? 'the last deployment' : `the last ${length} deployments`}{' '}
      changed
    </Button>
  );
}
