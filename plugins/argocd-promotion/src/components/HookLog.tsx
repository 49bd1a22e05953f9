import { useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import Button from '@material-ui/core/Button';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import Skeleton from '@material-ui/lab/Skeleton';
import useAsyncRetry from 'react-use/esm/useAsyncRetry';
import {
  ApplicationView,
  OperationStep,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';
import { logText, podOf } from '../model/story';
import { ErrorMessage } from './messages';
import { MONO, useSharedStyles } from './theme';

const LINES = '50';

const useStyles = makeStyles(
  theme => ({
    log: {
      margin: theme.spacing(0.5, 0),
      padding: theme.spacing(1, 1.5),
      maxHeight: 240,
      overflow: 'auto',
      fontFamily: MONO,
      fontSize: 12,
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
    },
  }),
  { name: 'ArgocdPromotionHookLog' },
);

interface Props {
  entityRef: string;
  application: ApplicationView;
  hook: OperationStep;
}

function Log({ entityRef, application, hook }: Props) {
  const { instance, namespace, name } = application;
  const api = useApi(argocdPromotionApiRef);
  const classes = useStyles();
  const shared = useSharedStyles();
  const { value, error, loading, retry } = useAsyncRetry(async () => {
    const of = { entityRef, instance, namespace, name };
    const tree = await api.readFromArgocd({ ...of, below: ['resource-tree'] });
    const pod = podOf(tree, hook);
    if (!pod) return undefined;
    const query = {
      podName: pod.name,
      namespace: pod.namespace,
      tailLines: LINES,
    };
    const log = await api.readFromArgocd({ ...of, below: ['logs'], query });
    return { text: logText(log) };
  }, [api, entityRef, instance, namespace, name, hook.kind, hook.name]);
  if (error) return <ErrorMessage error={error} onRetry={retry} />;
  if (loading) return <Skeleton variant="rect" height={48} />;
  if (!value?.text) {
    return (
      <Typography variant="body2" color="textSecondary">
        {value ? 'Its log is empty.' : 'Its Pod is gone, and the log with it.'}
      </Typography>
    );
  }
  return (
    <pre
      className={`${shared.panel} ${classes.log}`}
      aria-label={`End of the log of ${hook.name}`}
      // Scrollable regions must be reachable by keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      {value.text}
    </pre>
  );
}

/** The end of a hook's log, read when somebody wants it. */
export function HookLog(props: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        size="small"
        // In line with the words above.
        style={{ marginLeft: -5 }}
        aria-expanded={open}
        aria-label={`${open ? 'Hide' : 'Show'} the log of ${props.hook.name}`}
        onClick={() => setOpen(value => !value)}
      >
        {open ? 'Hide log' : 'Show log'}
      </Button>
      {open && <Log {...props} />}
    </>
  );
}
