import { makeStyles } from '@material-ui/core/styles';
import { Gate } from '@fairway/backstage-plugin-argocd-promotion-common';
import { useNow } from '../hooks/clock';
import { GATE_TONES } from '../model/arrows';
import { clockTime } from '../model/time';
import { dotted } from '../model/text';
import { Sentence, ToneIcon } from './basics';
import { useSharedStyles } from './theme';

const useStyles = makeStyles(
  theme => ({
    list: {
      listStyle: 'none',
      margin: 0,
      padding: 0,
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fill, minmax(300px, 1fr))',
      columnGap: theme.spacing(3),
    },
    gate: { display: 'flex', padding: theme.spacing(0.5, 0), fontSize: 14 },
    reason: {
      marginLeft: 'auto',
      paddingLeft: 12,
      textAlign: 'right',
      fontSize: 13,
    },
  }),
  { name: 'ArgocdPromotionGates' },
);

/** Gates at full length, as dialogs show them. */
export function GateList({ gates }: { gates: Gate[] }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  const now = useNow();
  return (
    <ul className={classes.list}>
      {gates.map(gate => (
        <li key={gate.kind + gate.title} className={classes.gate}>
          <span>
            <ToneIcon tone={GATE_TONES[gate.state].tone} />
            {gate.title}
            <span className={shared.hidden}>
              {' '}
              {GATE_TONES[gate.state].word}
            </span>
          </span>
          <span className={`${classes.reason} ${shared.quiet}`}>
            <Sentence
              text={dotted(
                gate.reason,
                gate.state === 'pending' &&
                  gate.opensAt &&
                  Date.parse(gate.opensAt) > now &&
                  `opens at ${clockTime(gate.opensAt, now)}`,
              )}
            />
          </span>
        </li>
      ))}
    </ul>
  );
}
