import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import AutorenewIcon from '@material-ui/icons/Autorenew';
import { Gate } from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  Arrow,
  ArrowOffer,
  arrowTitle,
  COMBINED,
  GATE_TONES,
} from '../model/arrows';
import { withNames } from '../model/people';
import { Sentence, ToneIcon } from './basics';
import { GateOpens } from './GateOpens';
import { useSharedStyles } from './theme';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexDirection: 'column',
      padding: theme.spacing(0, 1.5),
      fontSize: 12.5,
      minWidth: 0,
    },
    lag: {
      textAlign: 'center',
      color: theme.palette.text.secondary,
      minHeight: 18,
      marginTop: theme.spacing(2),
    },
    shaft: {
      position: 'relative',
      height: 12,
      margin: theme.spacing(0, -1.5),
      '&:before': {
        content: '""',
        position: 'absolute',
        left: 0,
        right: 6,
        top: 5,
        borderTop: `2px solid ${theme.palette.divider}`,
      },
      '&:after': {
        content: '""',
        position: 'absolute',
        right: 0,
        top: 0,
        border: '6px solid transparent',
        borderLeftColor: theme.palette.text.secondary,
        borderRight: 0,
      },
    },
    offer: {
      display: 'flex',
      flexDirection: 'column',
      alignItems: 'center',
      marginTop: theme.spacing(1.5),
    },
    gates: {
      listStyle: 'none',
      margin: theme.spacing(0, 0, 1.5),
      padding: 0,
      width: '100%',
    },
    gate: { padding: '3px 0', overflowWrap: 'anywhere' },
    parts: { listStyle: 'none', margin: 0, padding: '0 0 0 22px' },
    automatic: { textAlign: 'center', marginTop: theme.spacing(1) },
    automaticIcon: { fontSize: 15, verticalAlign: '-3px', marginRight: 4 },
    // Below the gate's name, not below its icon.
    reason: { paddingLeft: 22 },
    note: {
      color: theme.palette.text.secondary,
      textAlign: 'center',
      marginTop: theme.spacing(0.75),
      overflowWrap: 'anywhere',
      // The whole is on hover, and read aloud; the problems above the lanes say it at length.
      display: '-webkit-box',
      '-webkit-line-clamp': 6,
      '-webkit-box-orient': 'vertical',
      overflow: 'hidden',
    },
  }),
  { name: 'ArgocdPromotionArrow' },
);

/** A gate in the narrow space of an arrow; one that is made of others shows them below. */
function ArrowGate({ gate }: { gate: Gate }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  const { tone, word } = GATE_TONES[gate.state];
  const parts = gate.gates ?? [];
  return (
    <li className={classes.gate}>
      <ToneIcon tone={tone} />
      {parts.length > 0 && COMBINED[gate.kind]}
      {gate.title}
      <span className={shared.hidden}> {word}:</span>{' '}
      {parts.length > 0 ? (
        <ul className={classes.parts}>
          {parts.map(part => (
            <ArrowGate key={part.kind + part.title} gate={part} />
          ))}
        </ul>
      ) : (
        <div className={`${classes.reason} ${shared.quiet}`}>
          <Sentence text={gate.reason} />
          <GateOpens gate={gate} after={gate.reason} />
        </div>
      )}
    </li>
  );
}

function Automatic({ waits }: { waits?: string }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  return (
    <div className={classes.automatic}>
      <AutorenewIcon aria-hidden className={classes.automaticIcon} />
      Promotes by itself
      {waits && (
        <div className={shared.quiet} title={withNames(waits)}>
          Not now: <Sentence text={waits} />
        </div>
      )}
    </div>
  );
}

function Offer({
  item,
  onPromote,
}: {
  item: ArrowOffer;
  onPromote: (item: ArrowOffer) => void;
}) {
  const classes = useStyles();
  const shared = useSharedStyles();
  const noteId = `argocd-promotion-note-${item.from}-${item.to}`;
  const gates =
    item.offer && item.offer.state !== 'unchanged' ? item.offer.gates : [];
  return (
    <div className={classes.offer}>
      {!item.obvious && (
        <div className={shared.quiet}>
          {item.from} → {item.to}
          {item.lag && `: ${item.lag}`}
        </div>
      )}
      {gates.length > 0 && (
        <ul
          className={classes.gates}
          aria-label={`Gates from ${item.from} to ${item.to}`}
        >
          {gates.map(gate => (
            <ArrowGate key={gate.kind + gate.title} gate={gate} />
          ))}
        </ul>
      )}
      {item.button && (
        <Button
          variant={item.button.enabled ? 'contained' : 'outlined'}
          color="primary"
          size="small"
          disabled={!item.button.enabled}
          aria-label={item.button.accessibleName}
          aria-describedby={item.note ? noteId : undefined}
          onClick={() => onPromote(item)}
          style={{
            textTransform: 'none',
            whiteSpace: 'nowrap',
            padding: '4px 8px',
          }}
        >
          {item.button.label}
        </Button>
      )}
      {item.note && (
        <div id={noteId} className={classes.note} title={withNames(item.note)}>
          <Sentence text={item.note} />
        </div>
      )}
    </div>
  );
}

/** The space before a lane: how far behind it is, what is in the way, and the one button. */
export function ArrowBetween({
  arrow,
  onPromote,
}: {
  arrow: Arrow;
  onPromote: (item: ArrowOffer) => void;
}) {
  const classes = useStyles();
  const title = arrowTitle(arrow);
  const [only] = arrow.offers;
  return (
    <div
      className={classes.root}
      role="group"
      aria-label={`Promotion to ${arrow.to}`}
    >
      <div className={classes.lag}>{title ?? only?.lag}</div>
      <div className={classes.shaft} aria-hidden data-shaft />
      {arrow.automatic && <Automatic waits={arrow.automatic.waits} />}
      {arrow.offers.map(item => (
        <Offer key={item.from} item={item} onPromote={onPromote} />
      ))}
    </div>
  );
}
