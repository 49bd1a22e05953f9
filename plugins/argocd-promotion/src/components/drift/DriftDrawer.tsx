import { useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import Button from '@material-ui/core/Button';
import Skeleton from '@material-ui/lab/Skeleton';
import useAsyncRetry from 'react-use/esm/useAsyncRetry';
import {
  DriftMute,
  DriftOverview,
  RepeatedDrift,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../../api/ref';
import { resourceName, sameResource } from '../../model/driftHistory';
import { count } from '../../model/text';
import { CodeToCopy, Name, Person, RelativeTime } from '../basics';
import { ErrorMessage, Message } from '../messages';
import { SheetHeading, SideSheet } from '../SideSheet';
import { DriftCalendar } from './DriftCalendar';
import { EpisodeList } from './EpisodeList';
import { MuteDialog } from './MuteDialog';

type Environment = DriftOverview['environments'][number];

function Repeated(props: {
  repeated: RepeatedDrift;
  environment: Environment;
  windowHours: number;
  onMute: () => void;
}) {
  const { repeated, environment, windowHours, onMute } = props;
  const { resource, path, fight } = repeated;
  const muted = environment.mutes.some(
    mute => !mute.resource || sameResource(mute.resource, resource),
  );
  return (
    <Message
      tone="warn"
      title={`${resourceName(resource)} drifts again and again in ${
        environment.name
      }`}
      action={
        environment.mayMute.allowed && !muted
          ? { label: 'Mute…', onClick: onMute }
          : undefined
      }
    >
      {path ?? 'It'} differed from git {count(repeated.count, 'time')} within{' '}
      {windowHours} hours, last <RelativeTime at={repeated.lastAt} />.{' '}
      {fight.explanation}. {fight.remedy}.{muted && ' Muted.'}
      {fight.ignoreDifferences && <CodeToCopy code={fight.ignoreDifferences} />}
    </Message>
  );
}

function Muted(props: {
  mute: DriftMute;
  mayUnmute: boolean;
  onUnmuted: () => void;
}) {
  const { mute, mayUnmute, onUnmuted } = props;
  const { id, entityRef, environment, resource, reason, mutedBy, until } = mute;
  const api = useApi(argocdPromotionApiRef);
  const [error, setError] = useState<unknown>();
  const unmute = async () => {
    setError(undefined);
    try {
      await api.unmuteDrift({ entityRef, id });
      onUnmuted();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <>
      <Message
        tone="wait"
        title={`${
          resource ? resourceName(resource) : 'All drift'
        } in ${environment} is muted`}
        action={mayUnmute ? { label: 'Unmute', onClick: unmute } : undefined}
      >
        {reason} (<Person who={mutedBy} />, ends <RelativeTime at={until} />)
      </Message>
      {error !== undefined && <ErrorMessage error={error} />}
    </>
  );
}

/** What drifted and what repeats, of an entity as a whole. */
export function DriftDrawer(props: {
  entityRef: string;
  name: string;
  onClose: () => void;
}) {
  const { entityRef, name, onClose } = props;
  const api = useApi(argocdPromotionApiRef);
  const [date, setDate] = useState<string>();
  const [muting, setMuting] = useState<{
    environment: string;
    resource?: RepeatedDrift['resource'];
  }>();
  const { value, error, retry } = useAsyncRetry(
    () => api.getDriftOverview(entityRef),
    [api, entityRef],
  );
  return (
    <SideSheet
      title={
        <>
          Drift of <Name text={name} />
        </>
      }
      titleId="argocd-promotion-drift-title"
      onClose={onClose}
    >
      {error && <ErrorMessage error={error} onRetry={retry} />}
      {!value && !error && (
        <div role="status" aria-label="Loading what drifted">
          <Skeleton variant="rect" height={200} />
        </div>
      )}
      {value && (
        <>
          {value.environments.flatMap(environment =>
            environment.repeated.map(repeated => (
              <Repeated
                key={JSON.stringify([repeated.resource, repeated.path])}
                repeated={repeated}
                environment={environment}
                windowHours={value.repeated.windowHours}
                onMute={() =>
                  setMuting({
                    environment: environment.name,
                    resource: repeated.resource,
                  })
                }
              />
            )),
          )}
          {value.environments.flatMap(({ mutes, mayMute }) =>
            mutes.map(mute => (
              <Muted
                key={mute.id}
                mute={mute}
                mayUnmute={mayMute.allowed}
                onUnmuted={retry}
              />
            )),
          )}
          <DriftCalendar days={value.days} chosen={date} onChoose={setDate} />
        </>
      )}
      <SheetHeading>
        History{date && ` of ${date}`}
        {date && (
          <Button size="small" onClick={() => setDate(undefined)}>
            Show all days
          </Button>
        )}
      </SheetHeading>
      <EpisodeList entityRef={entityRef} date={date} />
      {muting && (
        <MuteDialog
          entityRef={entityRef}
          environment={muting.environment}
          resource={muting.resource}
          onClose={() => setMuting(undefined)}
          onMuted={() => {
            setMuting(undefined);
            retry();
          }}
        />
      )}
    </SideSheet>
  );
}
