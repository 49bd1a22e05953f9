import { useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import Button from '@material-ui/core/Button';
import Typography from '@material-ui/core/Typography';
import Skeleton from '@material-ui/lab/Skeleton';
import useAsyncRetry from 'react-use/esm/useAsyncRetry';
import { ApplicationView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';
import { outlook } from '../model/drift';
import { RelativeTime, ToneIcon } from './basics';
import { DriftedObject } from './DriftedObject';
import { ErrorMessage, Message } from './messages';

/** More objects than a person reads at once; the rest comes on request. */
const FIRST_OBJECTS = 25;

/** What differs from git in one Application, field by field; Argo CD is asked only when there is something to tell. */
export function DriftSection(props: {
  entityRef: string;
  application: ApplicationView;
  /** Where it stands, when that is known. */
  environment?: string;
}) {
  const { entityRef, application, environment } = props;
  const { instance, namespace, name, drift } = application;
  const total = drift.differs + drift.missing + drift.extra;
  const api = useApi(argocdPromotionApiRef);
  const [all, setAll] = useState(false);
  const { value, error, retry } = useAsyncRetry(
    async () =>
      total > 0
        ? api.getApplicationDrift({ entityRef, instance, namespace, name })
        : undefined,
    // A new comparison of Argo CD may tell of other fields, though as many objects differ.
    [
      api,
      entityRef,
      instance,
      namespace,
      name,
      total,
      application.sync.comparedAt,
    ],
  );
  const { value: overview } = useAsyncRetry(
    async () =>
      total > 0 && environment !== undefined
        ? api.getDriftOverview(entityRef)
        : undefined,
    [api, entityRef, total > 0, environment],
  );
  const maySync = overview?.environments.find(
    ({ name: known }) => known === environment,
  )?.maySync;
  if (total === 0)
    return (
      <Typography variant="body2" gutterBottom>
        <ToneIcon tone="ok" />
        Every resource is as git says.
      </Typography>
    );
  const shown = all
    ? value?.resources
    : value?.resources.slice(0, FIRST_OBJECTS);
  const more = (value?.resources.length ?? 0) - (shown?.length ?? 0);
  return (
    <>
      <Typography variant="body2" color="textSecondary" gutterBottom>
        {outlook(application)}
      </Typography>
      {value?.staleReason && (
        <Message tone="unknown" title="Argo CD does not answer at present">
          This is what it said <RelativeTime at={value.comparedAt} />.{' '}
          {value.staleReason}
        </Message>
      )}
      {error && <ErrorMessage error={error} onRetry={retry} />}
      {!value && !error && (
        <div role="status" aria-label="Loading the differences">
          <Skeleton variant="rect" height={72} />
        </div>
      )}
      {value?.resources.length === 0 && (
        <Typography variant="body2" gutterBottom>
          Argo CD counts {total} of its resources as out of sync, and tells no
          field of them.
        </Typography>
      )}
      {shown && (
        <ul
          style={{ listStyle: 'none', padding: 0, margin: 0 }}
          aria-label="Drifted resources"
        >
          {shown.map(resource => (
            <DriftedObject
              key={[
                resource.group,
                resource.kind,
                resource.namespace,
                resource.name,
              ].join('/')}
              entityRef={entityRef}
              application={application}
              resource={resource}
              maySync={maySync}
            />
          ))}
        </ul>
      )}
      {more > 0 && (
        <Button onClick={() => setAll(true)}>Show {more} more</Button>
      )}
    </>
  );
}
