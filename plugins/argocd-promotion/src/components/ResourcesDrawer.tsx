import { useEffect, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import Button from '@material-ui/core/Button';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import Skeleton from '@material-ui/lab/Skeleton';
import {
  ApplicationDetails,
  ApplicationView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';
import { Name, OutLink } from './basics';
import { DriftSection } from './DriftSection';
import { ErrorMessage, Message } from './messages';
import { HistorySection } from './HistorySection';
import { OperationStory } from './OperationStory';
import { RolloutSection } from './rollouts/RolloutSection';
import { SheetHeading, SideSheet } from './SideSheet';

/** More rows than a person reads; the rest comes on request. */
const FIRST_ROWS = 100;

type Resource = ApplicationDetails['resources'][number];

function syncWord(resource: Resource): string {
  if (resource.hook) return 'hook';
  if (resource.requiresPruning) return 'to prune';
  if (resource.sync === 'OutOfSync') return 'out of sync';
  return resource.sync === 'Synced' ? 'synced' : '';
}

function ResourceTable({ resources }: { resources: Resource[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? resources : resources.slice(0, FIRST_ROWS);
  return (
    <>
      <Table size="small" aria-label="All resources">
        <TableHead>
          <TableRow>
            <TableCell>Kind</TableCell>
            <TableCell>Name</TableCell>
            <TableCell align="right">Wave</TableCell>
            <TableCell>Sync</TableCell>
            <TableCell>Health</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {shown.map(resource => (
            <TableRow
              key={[
                resource.group,
                resource.kind,
                resource.namespace,
                resource.name,
              ].join('/')}
            >
              <TableCell>{resource.kind}</TableCell>
              <TableCell style={{ maxWidth: 220 }}>
                <Name text={resource.name} />
              </TableCell>
              <TableCell align="right">{resource.syncWave}</TableCell>
              <TableCell>{syncWord(resource)}</TableCell>
              <TableCell title={resource.health?.message}>
                {resource.health?.status}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {!all && resources.length > FIRST_ROWS && (
        <Button onClick={() => setAll(true)}>
          Show all {resources.length}
        </Button>
      )}
    </>
  );
}

/** One Application in depth, asked for when somebody wants to see it. */
export function ResourcesDrawer(props: {
  entityRef: string;
  environment: string;
  application: ApplicationView;
  onClose: () => void;
}) {
  const { entityRef, environment, application, onClose } = props;
  const { instance, namespace, name } = application;
  const api = useApi(argocdPromotionApiRef);
  const [details, setDetails] = useState<ApplicationDetails>();
  const [error, setError] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setError(undefined);
    api
      .getApplication(
        { entityRef, instance, namespace, name },
        { signal: abort.signal },
      )
      .then(
        found => !abort.signal.aborted && setDetails(found),
        reason => !abort.signal.aborted && setError(reason),
      );
    return () => abort.abort();
    // With the Application itself: it is another object when it changed, and a running sync goes on.
  }, [api, entityRef, application, instance, namespace, name, attempt]);

  return (
    <SideSheet
      title={
        <>
          Resources of <Name text={name} />
        </>
      }
      titleId="argocd-promotion-resources-title"
      onClose={onClose}
    >
      <Typography variant="body2" color="textSecondary" gutterBottom>
        {instance} / {namespace} · project {application.project}
        {application.url && ' · '}
        {application.url && <OutLink to={application.url}>Argo CD ↗</OutLink>}
      </Typography>
      {application.binding.kind === 'claim' && (
        <Message
          tone="wait"
          title={application.binding.reason}
          remedy={application.binding.remedy}
        />
      )}
      {error !== undefined && (
        <ErrorMessage
          error={error}
          onRetry={() => setAttempt(value => value + 1)}
        />
      )}
      {!details && error === undefined && (
        <div role="status" aria-label="Loading resources">
          <Skeleton variant="rect" height={120} />
          <Skeleton variant="rect" height={300} style={{ marginTop: 16 }} />
        </div>
      )}
      {details && (
        <>
          {(application.rollouts ?? []).length > 0 && (
            <>
              <SheetHeading>Rollout</SheetHeading>
              <RolloutSection
                entityRef={entityRef}
                environment={environment}
                application={application}
              />
            </>
          )}
          <SheetHeading>Drift</SheetHeading>
          <DriftSection
            entityRef={entityRef}
            application={application}
            environment={environment}
          />
          <SheetHeading>Sync</SheetHeading>
          <OperationStory entityRef={entityRef} application={details} />
          {details.history.length > 0 && (
            <>
              <SheetHeading>History</SheetHeading>
              <HistorySection entityRef={entityRef} application={details} />
            </>
          )}
          <SheetHeading>All resources</SheetHeading>
          <ResourceTable resources={details.resources} />
        </>
      )}
    </SideSheet>
  );
}
