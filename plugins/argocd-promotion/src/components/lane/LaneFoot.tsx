import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import { EnvironmentView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { useNow } from '../../hooks/clock';
import { applicationState, compareTones } from '../../model/answers';
import { count } from '../../model/text';
import { Name, OutLink, ToneIcon } from '../basics';
import { useSharedStyles } from '../theme';
import type { LaneActions } from './Lane';
import { useLaneStyles } from './styles';

/** As many Applications as a lane names one by one; of more only the worst. */
const NAMED = 3;

const useStyles = makeStyles(
  theme => ({
    applications: { listStyle: 'none', margin: 0, padding: 0 },
    application: {
      display: 'flex',
      // The state goes below a name that needs the whole line.
      flexWrap: 'wrap',
      columnGap: theme.spacing(1),
      alignItems: 'center',
      padding: theme.spacing(0.25, 0.5, 0.25, 1),
      fontSize: 13,
      minWidth: 0,
    },
    name: { display: 'flex', alignItems: 'center', maxWidth: '100%' },
    state: { flex: '1 0 auto', textAlign: 'right', fontSize: 12.5 },
    buttons: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      marginTop: 'auto',
    },
  }),
  { name: 'ArgocdPromotionLaneFoot' },
);

/** The way to the Applications of a lane, and back to what ran before. */
export function LaneFoot(props: {
  environment: EnvironmentView;
  actions: LaneActions;
}) {
  const { environment, actions } = props;
  const { applications, promotion } = environment;
  const classes = useStyles();
  const lane = useLaneStyles();
  const shared = useSharedStyles();
  const now = useNow();
  const [only] = applications;
  const several = applications.length > 1;
  const worst = several
    ? applications
        .map(application => ({
          application,
          state: applicationState(application, now),
        }))
        .sort((a, b) => compareTones(a.state.tone, b.state.tone))
        .slice(0, NAMED)
    : [];
  return (
    <div className={lane.foot}>
      {several && (
        <ul
          className={classes.applications}
          aria-label={`Applications in ${environment.name}`}
        >
          {worst.map(({ application, state }) => (
            <li
              key={`${application.instance}/${application.namespace}/${application.name}`}
              className={classes.application}
            >
              <span className={classes.name}>
                <ToneIcon tone={state.tone} />
                <Name text={application.name} />
              </span>
              <span className={`${classes.state} ${shared.quiet}`}>
                {state.word}
              </span>
            </li>
          ))}
        </ul>
      )}
      <div className={classes.buttons}>
        {several ? (
          <Button
            size="small"
            color="primary"
            className={lane.link}
            onClick={() => actions.onApplications(environment)}
          >
            {applications.length > NAMED
              ? `All ${count(applications.length, 'Application')}`
              : 'Applications'}
          </Button>
        ) : (
          <Button
            size="small"
            color="primary"
            className={lane.link}
            onClick={() => actions.onResources(only)}
            aria-label={`Resources of ${only.name}`}
          >
            Resources
          </Button>
        )}
        {!several && only.url && (
          <span className={lane.link}>
            <OutLink to={only.url} label={`Argo CD: ${only.name}`}>
              Argo CD ↗
            </OutLink>
          </span>
        )}
        {promotion?.actions?.rollback?.allowed &&
          promotion.state === 'succeeded' && (
            <Button
              size="small"
              className={lane.link}
              style={{ marginLeft: 'auto' }}
              aria-label={`Roll back ${environment.name}`}
              onClick={() => actions.onRollback(promotion)}
            >
              Roll back…
            </Button>
          )}
      </div>
    </div>
  );
}
