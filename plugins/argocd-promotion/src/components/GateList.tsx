import { makeStyles } from '@material-ui/core/styles';
import { Gate } from '@fairway/backstage-plugin-argocd-promotion-common';
import { COMBINED, GATE_TONES } from '../model/arrows';
import { Sentence, ToneIcon } from './basics';
import { GateOpens } from './GateOpens';
import { useSharedStyles } from './theme';

const useStyles = makeStyles(
  theme => ({
    list: {
      listStyle: 'none',
      margin: 0,
      padding: 0,
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fit, minmax(300px, 1fr))',
      columnGap: theme.spacing(3),
    },
    gate: { display: 'flex', padding: theme.spacing(0.5, 0), fontSize: 14 },
    parts: { listStyle: 'none', margin: 0, padding: '0 0 0 22px' },
    title: { flex: '0 1 auto', minWidth: 'min-content', maxWidth: '75%' },
    reason: {
      flex: '1 1 40%',
      marginLeft: 'auto',
      paddingLeft: 12,
      textAlign: 'right',
      fontSize: 13,
    },
  }),
  { name: 'ArgocdPromotionGates' },
);

/** What a combined gate is made of: without it, nobody would know which of them holds. */
function Parts({ gates }: { gates: Gate[] }) {
  const classes = useStyles();
  return (
    <ul className={classes.parts}>
      {gates.map(gate => (
        <GateRow key={gate.kind + gate.title} gate={gate} />
      ))}
    </ul>
  );
}

function GateRow({ gate }: { gate: Gate }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  const isCombined = gate.gates !== undefined && gate.gates.length > 0;
  return (
    <li>
      <div className={classes.gate}>
        <span className={classes.title}>
          <ToneIcon tone={GATE_TONES[gate.state].tone} />
          {isCombined
            ? `${COMBINED[gate.kind] ?? ''}${gate.title}`
            : gate.title}
          <span className={shared.hidden}> {GATE_TONES[gate.state].word}</span>
        </span>
        <span className={`${classes.reason} ${shared.quiet}`}>
          {!isCombined && <Sentence text={gate.reason} />}
          <GateOpens gate={gate} after={isCombined ? '' : gate.reason} />
        </span>
      </div>
      {gate.gates && <Parts gates={gate.gates} />}
    </li>
  );
}

/** Gates at full length, as dialogs show them. */
export function GateList({ gates }: { gates: Gate[] }) {
  const classes = useStyles();
  return (
    <ul className={classes.list}>
      {gates.map(gate => (
        <GateRow key={gate.kind + gate.title} gate={gate} />
      ))}
    </ul>
  );
}
