import { useMemo, useState } from 'react';
import Button from '@material-ui/core/Button';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import {
  ApplicationView,
  EnvironmentView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { useNow } from '../hooks/clock';
import { applicationState, compareTones } from '../model/answers';
import { laneNotes } from '../model/notes';
import { count } from '../model/text';
import { Digest, Name, OutLink, RelativeTime, ToneIcon } from './basics';
import { SideSheet } from './SideSheet';
import { useSharedStyles } from './theme';

/** More rows than a person reads; the search finds the rest, and the page stays smooth. */
const ROWS = 30;

function Row({
  application,
  onResources,
}: {
  application: ApplicationView;
  onResources: (application: ApplicationView) => void;
}) {
  const now = useNow();
  const shared = useSharedStyles();
  const state = applicationState(application, now);
  const note = laneNotes([application], now).find(({ tone }) => tone !== 'ok');
  const digest = application.images.find(image => image.digest)?.digest;
  return (
    <TableRow>
      <TableCell style={{ maxWidth: 240 }}>
        <Name text={application.name} />
        <div className={shared.quiet} style={{ fontSize: 12 }}>
          {application.instance} / {application.namespace}
          {application.staleSince && (
            <>
              , as of <RelativeTime at={application.staleSince} />
            </>
          )}
        </div>
      </TableCell>
      <TableCell>
        <ToneIcon tone={state.tone} />
        {state.word}
        {note && (
          <div className={shared.quiet} style={{ fontSize: 12 }}>
            {note.title}
            {note.message && `: ${note.message}`}
          </div>
        )}
      </TableCell>
      <TableCell>{digest && <Digest digest={digest} />}</TableCell>
      <TableCell align="right" style={{ whiteSpace: 'nowrap' }}>
        <Button
          size="small"
          color="primary"
          style={{ textTransform: 'none' }}
          aria-label={`Resources of ${application.name}`}
          onClick={() => onResources(application)}
        >
          Resources
        </Button>
        {application.url && (
          <OutLink to={application.url} label={`Argo CD: ${application.name}`}>
            Argo CD ↗
          </OutLink>
        )}
      </TableCell>
    </TableRow>
  );
}

/** Every Application of a lane, the worst first, to search among. */
export function ApplicationsDrawer(props: {
  environment: EnvironmentView;
  onResources: (application: ApplicationView) => void;
  onClose: () => void;
}) {
  const { environment, onResources, onClose } = props;
  const { name, applications } = environment;
  const [search, setSearch] = useState('');
  const [rows, setRows] = useState(ROWS);
  const now = useNow();
  const sorted = useMemo(
    () =>
      applications
        .map(application => ({
          application,
          tone: applicationState(application, now).tone,
        }))
        .sort(
          (a, b) =>
            compareTones(a.tone, b.tone) ||
            a.application.name.localeCompare(b.application.name),
        )
        .map(({ application }) => application),
    [applications, now],
  );
  const wanted = search.trim().toLocaleLowerCase('en-US');
  const found = sorted.filter(application =>
    `${application.instance}/${application.namespace}/${application.name} ${
      applicationState(application, now).word
    }`
      .toLocaleLowerCase('en-US')
      .includes(wanted),
  );
  return (
    <SideSheet
      title={`Applications in ${name}`}
      titleId="argocd-promotion-applications-title"
      onClose={onClose}
    >
      {applications.length > 5 && (
        <TextField
          fullWidth
          size="small"
          variant="outlined"
          margin="dense"
          id="argocd-promotion-application-search"
          label="Search by name, Instance or state"
          value={search}
          onChange={event => {
            setSearch(event.target.value);
            setRows(ROWS);
          }}
        />
      )}
      <Typography variant="body2" color="textSecondary" role="status">
        {wanted
          ? `${found.length} of ${count(applications.length, 'Application')}`
          : count(applications.length, 'Application')}
      </Typography>
      <Table size="small" aria-label={`Applications in ${name}`}>
        <TableHead>
          <TableRow>
            <TableCell>Application</TableCell>
            <TableCell>State</TableCell>
            <TableCell>Runs</TableCell>
            <TableCell />
          </TableRow>
        </TableHead>
        <TableBody>
          {found.slice(0, rows).map(application => (
            <Row
              key={`${application.instance}/${application.namespace}/${application.name}`}
              application={application}
              onResources={onResources}
            />
          ))}
        </TableBody>
      </Table>
      {found.length > rows && (
        <Button onClick={() => setRows(rows + ROWS)}>
          Show {Math.min(ROWS, found.length - rows)} more of{' '}
          {found.length - rows}
        </Button>
      )}
    </SideSheet>
  );
}
