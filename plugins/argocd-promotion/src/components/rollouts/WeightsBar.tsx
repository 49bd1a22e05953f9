import { makeStyles } from '@material-ui/core/styles';
import {
  RolloutVersion,
  RolloutView,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { shortDigest } from '../../model/release';
import { useSharedStyles } from '../theme';

const useStyles = makeStyles(
  theme => ({
    bar: {
      display: 'flex',
      height: 10,
      margin: theme.spacing(1.5, 0, 0.75),
      borderRadius: theme.shape.borderRadius,
      overflow: 'hidden',
      background: theme.palette.divider,
    },
    // Who is who is no state: neither has a colour of one.
    stable: { background: theme.palette.primary.main },
    update: {
      background: theme.palette.secondary.main,
      // Two colours alone would say nothing to many.
      backgroundImage:
        'repeating-linear-gradient(45deg, transparent 0 4px, rgba(255,255,255,0.45) 4px 7px)',
    },
    sides: {
      display: 'flex',
      flexWrap: 'wrap',
      justifyContent: 'space-between',
      gap: theme.spacing(0, 3),
      fontSize: 13,
    },
    swatch: {
      display: 'inline-block',
      width: 10,
      height: 10,
      borderRadius: 2,
      marginRight: 6,
    },
  }),
  { name: 'ArgocdPromotionWeightsBar' },
);

function Side(props: {
  className: string;
  share?: number;
  role: string;
  version: RolloutVersion;
}) {
  const { share, role, version } = props;
  const classes = useStyles();
  const shared = useSharedStyles();
  const { pods, images } = version;
  return (
    <div>
      <span className={`${classes.swatch} ${props.className}`} aria-hidden />
      {share !== undefined && <strong>{share} % </strong>}
      {role} {version.label}
      <span className={shared.quiet}>
        {' · '}
        {pods.ready} of {pods.total} Pods ready
        {images[0]?.digest && images[0].tag && (
          <span className={shared.mono} title={images[0].digest}>
            {' · '}
            {shortDigest(images[0].digest)}
          </span>
        )}
      </span>
    </div>
  );
}

/** How the traffic is shared out between what is stable and what is being brought. */
export function WeightsBar({ rollout }: { rollout: RolloutView }) {
  const classes = useStyles();
  const shared = useSharedStyles();
  const { weights, stable, update, blueGreen, strategy } = rollout;
  const [beside, serving] =
    strategy === 'blue-green' ? ['preview', 'active'] : ['canary', 'stable'];
  const switched = blueGreen?.active === 'update';
  return (
    <>
      {weights && stable && update && (
        <div className={classes.bar} aria-hidden>
          <div
            className={classes.stable}
            style={{ width: `${weights.stable}%` }}
          />
          <div
            className={classes.update}
            style={{ width: `${weights.update}%` }}
          />
        </div>
      )}
      <div className={classes.sides}>
        {stable && (
          <Side
            className={classes.stable}
            share={update && weights?.stable}
            role={switched ? 'standing by' : serving}
            version={stable}
          />
        )}
        {update && (
          <Side
            className={classes.update}
            share={stable && weights?.update}
            role={switched ? serving : beside}
            version={update}
          />
        )}
      </div>
      {weights && update && stable && (
        <div className={shared.quiet} style={{ fontSize: 12 }}>
          {weights.by === 'traffic'
            ? 'shares of the traffic'
            : 'shares of the Pods, since no router shares the traffic out'}
        </div>
      )}
      {blueGreen && (
        <div className={shared.quiet} style={{ fontSize: 12 }}>
          {[
            blueGreen.activeService &&
              `active Service ${blueGreen.activeService}`,
            blueGreen.previewService &&
              `preview Service ${blueGreen.previewService}`,
            blueGreen.autoPromotion
              ? 'switches over by itself'
              : 'switched over by people',
            `old Pods stay ${blueGreen.scaleDownDelaySeconds} s after the switch`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </div>
      )}
    </>
  );
}
