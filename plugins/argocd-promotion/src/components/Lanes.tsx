import { Fragment } from 'react';
import { makeStyles } from '@material-ui/core/styles';
import { PipelineView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { useNow } from '../hooks/clock';
import { ArrowOffer, arrowsOf } from '../model/arrows';
import { mayLift } from '../model/holds';
import { ArrowBetween } from './ArrowBetween';
import { Lane, LaneActions } from './lane/Lane';

const useStyles = makeStyles(
  theme => ({
    scroll: {
      overflowX: 'auto',
      containerType: 'inline-size',
      paddingBottom: theme.spacing(0.5),
    },
    lanes: {
      display: 'grid',
      alignItems: 'stretch',
      // Head, release, answers, notes, foot: in line from lane to lane.
      gridTemplateRows: 'auto auto auto 1fr auto',
      '& > *': { gridRow: '1 / -1' },
      '@container (max-width: 640px)': {
        display: 'block',
        '& [data-shaft]': {
          transform: 'rotate(90deg)',
          width: 40,
          margin: '14px auto',
        },
        '& [role="group"]': { paddingBottom: theme.spacing(2) },
      },
    },
    /** With more lanes than fit, the first and the last stay in sight. */
    first: {
      '@container (min-width: 900px)': {
        position: 'sticky',
        left: 0,
        zIndex: 1,
      },
    },
    last: {
      '@container (min-width: 900px)': {
        position: 'sticky',
        right: 0,
        zIndex: 1,
      },
    },
  }),
  { name: 'ArgocdPromotionLanes' },
);

/** Environments from left to right in the order of the pipeline, an arrow before each that something promotes to. */
export function Lanes(props: {
  view: PipelineView;
  onPromote: (item: ArrowOffer) => void;
  actions: LaneActions;
}) {
  const { view, onPromote, actions } = props;
  const classes = useStyles();
  const arrows = arrowsOf(view, useNow());
  const many = view.environments.length > 4;
  const columns = view.environments
    .map((environment, index) => {
      const lane = `minmax(${many ? 210 : 224}px, 1fr)`;
      if (arrows.has(environment.name))
        return `minmax(168px, ${many ? 168 : 208}px) ${lane}`;
      return index === 0 ? lane : `24px ${lane}`;
    })
    .join(' ');
  return (
    <div className={classes.scroll}>
      <div className={classes.lanes} style={{ gridTemplateColumns: columns }}>
        {view.environments.map((environment, index) => {
          const arrow = arrows.get(environment.name);
          let place = '';
          if (many && index === 0) place = classes.first;
          if (many && index === view.environments.length - 1)
            place = classes.last;
          return (
            <Fragment key={environment.name}>
              {arrow && <ArrowBetween arrow={arrow} onPromote={onPromote} />}
              {!arrow && index > 0 && <div />}
              <Lane
                environment={environment}
                actions={actions}
                mayLift={
                  environment.hold !== undefined &&
                  mayLift(view, environment.hold)
                }
                className={place}
              />
            </Fragment>
          );
        })}
      </div>
    </div>
  );
}
