import Button from '@material-ui/core/Button';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import {
  ApplicationView,
  EnvironmentView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { useNow } from '../hooks/clock';
import {
  Answer,
  laneAnswers,
  podsSentence,
  summaryAnswer,
} from '../model/answers';
import { conditionLine, conditionsToSay } from '../model/conditions';
import { operationLine } from '../model/operation';
import { laneImages, LaneImage, shortRevision } from '../model/release';
import { count, firstLine } from '../model/text';
import {
  CopyButton,
  Digest,
  Mark,
  Name,
  OutLink,
  Person,
  RelativeTime,
  Tag,
  ToneIcon,
} from './basics';
import { toneBackground, useSharedStyles } from './theme';

const useStyles = makeStyles(
  theme => ({
    lane: {
      display: 'flex',
      flexDirection: 'column',
      minWidth: 0,
      overflow: 'hidden',
    },
    head: {
      padding: theme.spacing(1.5, 2, 1.25),
      borderBottom: `1px solid ${theme.palette.divider}`,
      minWidth: 0,
    },
    title: { fontSize: 16, fontWeight: 700, margin: 0 },
    release: { padding: theme.spacing(1.5, 2, 1.25) },
    image: { '& + &': { marginTop: theme.spacing(1) } },
    line: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      rowGap: 2,
      minWidth: 0,
    },
    small: {
      fontSize: 12.5,
      color: theme.palette.text.secondary,
      overflowWrap: 'anywhere',
    },
    answers: {
      display: 'grid',
      gridTemplateColumns: '1fr 1fr',
      // Too narrow for two words side by side.
      '@container (max-width: 215px)': { gridTemplateColumns: '1fr' },
      margin: 0,
      borderTop: `1px solid ${theme.palette.divider}`,
    },
    answer: {
      padding: theme.spacing(1.1, 1, 1.1, 1.5),
      borderBottom: `1px solid ${theme.palette.divider}`,
      minWidth: 0,
      '&:nth-child(odd)': { borderRight: `1px solid ${theme.palette.divider}` },
    },
    word: {
      fontSize: 14,
      display: 'flex',
      alignItems: 'flex-start',
      overflowWrap: 'anywhere',
      '& svg': { marginTop: 3 },
    },
    reason: {
      fontSize: 12,
      color: theme.palette.text.secondary,
      overflowWrap: 'anywhere',
      display: '-webkit-box',
      '-webkit-line-clamp': 3,
      '-webkit-box-orient': 'vertical',
      overflow: 'hidden',
    },
    operation: {
      padding: theme.spacing(1, 2),
      fontSize: 12.5,
      overflowWrap: 'anywhere',
    },
    alarming: { background: toneBackground(theme, 'bad') },
    foot: { marginTop: 'auto', padding: theme.spacing(0.5, 1) },
    appName: {
      padding: theme.spacing(1, 1, 0),
      fontSize: 13,
      display: 'flex',
      minWidth: 0,
    },
    // Below the name, not below its icon.
    appState: { paddingLeft: theme.spacing(1) + 22, fontSize: 12.5 },
    link: {
      padding: theme.spacing(0.5, 1),
      fontSize: 13,
      textTransform: 'none',
    },
  }),
  { name: 'ArgocdPromotionLane' },
);

function Image({ image, named }: { image: LaneImage; named: boolean }) {
  const classes = useStyles();
  return (
    <div className={classes.image}>
      <div className={classes.line}>
        <Mark value={image.digest}>
          {image.digest ? (
            <Digest digest={image.digest} size={named ? 17 : 22} copy />
          ) : (
            <Typography component="span" color="textSecondary">
              digest not known yet
            </Typography>
          )}
        </Mark>
        {image.tag && <Tag text={image.tag} />}
      </div>
      {named && (
        <div className={classes.small}>
          <Name text={image.name} />
        </div>
      )}
    </div>
  );
}

function LastChangeLine({ environment }: { environment: EnvironmentView }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  const changes = environment.applications
    .flatMap(application =>
      application.lastChange ? [application.lastChange] : [],
    )
    .sort((a, b) => (b.deployedAt ?? '').localeCompare(a.deployedAt ?? ''));
  const change = changes[0];
  if (!change) {
    return environment.releaseSince ? (
      <div className={classes.small}>
        since <RelativeTime at={environment.releaseSince} />
      </div>
    ) : null;
  }
  const who = change.promotedBy ?? change.author;
  const at = change.deployedAt ?? change.committedAt;
  return (
    <div className={classes.small}>
      {at && <RelativeTime at={at} />}
      {who && (
        <>
          {' · '}
          {change.promotedBy && 'promoted by '}
          <Person who={who} />
        </>
      )}
      {' · '}
      <span
        className={shared.mono}
        title={change.message ? firstLine(change.message) : change.revision}
      >
        <OutLink
          to={change.url}
          label={`Commit ${shortRevision(change.revision)}`}
        >
          {shortRevision(change.revision)}
        </OutLink>
      </span>
    </div>
  );
}

function AnswerCell({ answer }: { answer: Answer }) {
  const classes = useStyles();
  return (
    <div className={classes.answer} role="listitem">
      <div className={classes.word}>
        <ToneIcon tone={answer.tone} />
        <Mark value={answer.word}>{answer.word}</Mark>
      </div>
      {answer.reason && (
        <div className={classes.reason} title={answer.detail ?? answer.reason}>
          {answer.reason}
        </div>
      )}
    </div>
  );
}

function ApplicationNotes({
  application,
  named,
}: {
  application: ApplicationView;
  named: boolean;
}) {
  const classes = useStyles();
  const now = useNow();
  const operation = operationLine(application, now);
  const loud = operation && operation.tone !== 'ok';
  return (
    <>
      {application.staleSince && (
        <div className={classes.operation} role="note">
          <ToneIcon tone="unknown" />
          {named && `${application.name}: `}
          Stale since <RelativeTime at={application.staleSince} />
          {application.staleReason && `: ${application.staleReason}`}
        </div>
      )}
      {conditionsToSay(application).map(condition => {
        const line = conditionLine(condition);
        return (
          <div
            key={`${condition.type}${condition.message}`}
            className={`${classes.operation} ${
              line.tone === 'bad' ? classes.alarming : ''
            }`}
          >
            <ToneIcon tone={line.tone} />
            <strong>{line.title}</strong>
            <div>{line.message}</div>
          </div>
        );
      })}
      {operation && (loud || !named) && (
        <div
          className={`${classes.operation} ${
            operation.tone === 'bad' ? classes.alarming : ''
          }`}
        >
          {loud && <ToneIcon tone={operation.tone} />}
          <Typography
            component="span"
            variant="inherit"
            color={loud ? 'textPrimary' : 'textSecondary'}
          >
            {named && `${application.name}: `}
            {operation.headline}
          </Typography>
          {operation.message && <div>{operation.message}</div>}
        </div>
      )}
    </>
  );
}

/** One environment: what runs, four answers, and what there is to say about each Application. */
export function Lane(props: {
  environment: EnvironmentView;
  className?: string;
  onResources: (application: ApplicationView) => void;
}) {
  const { environment, onResources } = props;
  const { applications } = environment;
  const classes = useStyles();
  const shared = useSharedStyles();
  const now = useNow();
  const images = laneImages(environment);
  const several = applications.length > 1;
  const odd = images.main.filter(
    image => image.pods && image.pods.matching < image.pods.total,
  );

  return (
    <section
      className={`${shared.panel} ${classes.lane} ${props.className ?? ''}`}
      aria-label={`Environment ${environment.name}`}
    >
      <div className={classes.head}>
        <h3 className={classes.title}>
          <Name text={environment.name} />
        </h3>
        <div className={classes.small}>
          {applications.length === 1 ? (
            <Name
              text={`${applications[0].instance} / ${applications[0].name}`}
            />
          ) : (
            several && count(applications.length, 'Application')
          )}
        </div>
      </div>
      {applications.length === 0 ? (
        <div className={classes.release}>
          <ToneIcon tone="none" />
          Nothing deployed here
        </div>
      ) : (
        <>
          <div className={classes.release}>
            {images.main.length === 0 && (
              <Typography color="textSecondary" variant="body2">
                No image known yet
              </Typography>
            )}
            {images.main.map(image => (
              <Image
                key={image.repository + image.applications.join()}
                image={image}
                named={images.main.length > 1}
              />
            ))}
            {images.disagree && (
              <div className={classes.small}>
                <ToneIcon tone="warn" />
                The Applications run different digests
              </div>
            )}
            <LastChangeLine environment={environment} />
            {images.others.length > 0 && (
              <div
                className={classes.small}
                title={images.others.map(image => image.repository).join(', ')}
              >
                beside it:{' '}
                {images.others
                  .map(
                    image => `${image.name}${image.tag ? `:${image.tag}` : ''}`,
                  )
                  .join(', ')}
              </div>
            )}
            {several &&
              odd.map(image => (
                <div key={image.key} className={classes.small}>
                  <ToneIcon tone="warn" />
                  {image.name}:{' '}
                  {image.pods && podsSentence(image.pods, image.digest)}
                </div>
              ))}
          </div>
          <div
            className={classes.answers}
            role="list"
            aria-label={`State of ${environment.name}`}
          >
            {laneAnswers(applications, now).map(answer => (
              <AnswerCell key={answer.topic} answer={answer} />
            ))}
          </div>
          {applications.map(application => (
            <ApplicationNotes
              key={`${application.instance}/${application.namespace}/${application.name}`}
              application={application}
              named={several}
            />
          ))}
          <div className={classes.foot}>
            {applications.map(application => {
              const summary = summaryAnswer([application], now);
              return (
                <div
                  key={`${application.instance}/${application.namespace}/${application.name}`}
                >
                  {several && (
                    <div className={classes.appName}>
                      <ToneIcon tone={summary.tone} />
                      <Name text={application.name} />
                    </div>
                  )}
                  {several && (
                    <div className={`${classes.appState} ${shared.quiet}`}>
                      {summary.word}
                    </div>
                  )}
                  <Button
                    size="small"
                    color="primary"
                    className={classes.link}
                    onClick={() => onResources(application)}
                    aria-label={`Resources of ${application.name}`}
                  >
                    Resources
                  </Button>
                  {application.url && (
                    <span className={classes.link}>
                      <OutLink
                        to={application.url}
                        label={`Argo CD: ${application.name}`}
                      >
                        Argo CD ↗
                      </OutLink>
                    </span>
                  )}
                  {several && (
                    <CopyButton
                      text={application.name}
                      label={`Copy name ${application.name}`}
                    />
                  )}
                </div>
              );
            })}
          </div>
        </>
      )}
    </section>
  );
}
