import { useCallback, useEffect, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import Button from '@material-ui/core/Button';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import Skeleton from '@material-ui/lab/Skeleton';
import { DriftEpisode } from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../../api/ref';
import { episodeState, unknownFields } from '../../model/driftHistory';
import { Name, RelativeTime, Tag, ToneIcon } from '../basics';
import { DriftField } from '../DriftField';
import { ErrorMessage } from '../messages';
import { useSharedStyles } from '../theme';

const useStyles = makeStyles(
  theme => ({
    list: { listStyle: 'none', margin: 0, padding: 0 },
    episode: { marginBottom: theme.spacing(1.5), overflow: 'hidden' },
    head: {
      padding: theme.spacing(0.75, 1.5),
      background: theme.palette.action.hover,
    },
    fields: { listStyle: 'none', margin: 0, padding: 0 },
    none: { padding: theme.spacing(0.75, 1.5) },
  }),
  { name: 'ArgocdPromotionEpisodes' },
);

function Episode({ episode }: { episode: DriftEpisode }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  const { resource, environment, startedAt, fields, moreFields } = episode;
  const { tone, words } = episodeState(episode);
  return (
    <li
      className={`${shared.panel} ${classes.episode}`}
      aria-label={`${resource.kind} ${resource.name}, ${words}`}
    >
      <div className={classes.head}>
        <Typography variant="body2" component="div">
          <ToneIcon tone={tone} />
          {resource.kind} <Name text={resource.name} />{' '}
          {environment && <Tag text={environment} />}
        </Typography>
        <Typography variant="caption" color="textSecondary" component="div">
          began <RelativeTime at={startedAt} />, {words}
          {episode.cause === 'git' && '; git moved and was not synced'}
        </Typography>
      </div>
      {fields.length > 0 ? (
        <ul className={classes.fields}>
          {fields.map(field => (
            <DriftField key={field.path} field={field} />
          ))}
        </ul>
      ) : (
        <Typography
          variant="body2"
          color="textSecondary"
          className={classes.none}
        >
          {unknownFields(episode)}
        </Typography>
      )}
      {moreFields && (
        <Typography
          variant="body2"
          color="textSecondary"
          className={classes.none}
        >
          and {moreFields} more fields
        </Typography>
      )}
    </li>
  );
}

/** The drifts of an entity, newest first, a page at a time. */
export function EpisodeList(props: {
  entityRef: string;
  /** Only those that began on that day (UTC). */
  date?: string;
}) {
  const { entityRef, date } = props;
  const api = useApi(argocdPromotionApiRef);
  const classes = useStyles();
  const [items, setItems] = useState<DriftEpisode[]>();
  const [next, setNext] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const load = useCallback(
    async (cursor?: string, signal?: AbortSignal) => {
      setBusy(true);
      setError(undefined);
      try {
        const page = await api.listDriftEpisodes(
          {
            entityRef,
            ...(date ? { from: date, to: date } : {}),
            ...(cursor ? { cursor } : {}),
          },
          { signal },
        );
        if (signal?.aborted) return;
        setItems(known =>
          cursor ? [...(known ?? []), ...page.items] : page.items,
        );
        setNext(page.nextCursor);
      } catch (reason) {
        if (!signal?.aborted) setError(reason);
      } finally {
        if (!signal?.aborted) setBusy(false);
      }
    },
    [api, entityRef, date],
  );
  useEffect(() => {
    const abort = new AbortController();
    setItems(undefined);
    void load(undefined, abort.signal);
    return () => abort.abort();
  }, [load]);
  return (
    <>
      {error !== undefined && (
        <ErrorMessage error={error} onRetry={() => load(next)} />
      )}
      {!items && error === undefined && (
        <div role="status" aria-label="Loading the history">
          <Skeleton variant="rect" height={72} />
        </div>
      )}
      {items?.length === 0 && (
        <Typography variant="body2">
          <ToneIcon tone="ok" />
          No drift {date ? 'began on that day' : 'was seen'}.
        </Typography>
      )}
      {items && items.length > 0 && (
        <ul className={classes.list} aria-label="Drifts">
          {items.map(episode => (
            <Episode key={episode.id} episode={episode} />
          ))}
        </ul>
      )}
      {next && (
        <Button disabled={busy} onClick={() => load(next)}>
          Show older
        </Button>
      )}
    </>
  );
}
