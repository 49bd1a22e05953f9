import { memo } from 'react';
import {
  ApplicationView,
  EnvironmentView,
  PromotionSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { count, listWords } from '../../model/text';
import { Name, ToneIcon } from '../basics';
import { useSharedStyles } from '../theme';
import { LaneAnswers } from './LaneAnswers';
import { LaneFoot } from './LaneFoot';
import { LaneNotes } from './LaneNotes';
import { LaneRoots } from './LaneRoots';
import { LaneRelease } from './LaneRelease';
import { useLaneStyles } from './styles';

/** What one may do in a lane. */
export interface LaneActions {
  onResources: (application: ApplicationView) => void;
  onApplications: (environment: EnvironmentView) => void;
  onRollback: (promotion: PromotionSummary) => void;
  onLift: (environment: EnvironmentView) => void;
}

function Whereabouts({ applications }: Pick<EnvironmentView, 'applications'>) {
  const [first, ...rest] = applications;
  if (!first) return null;
  if (rest.length === 0)
    return <Name text={`${first.instance} / ${first.name}`} />;
  const instances = [...new Set(applications.map(({ instance }) => instance))];
  return (
    <>
      {count(applications.length, 'Application')} on {listWords(instances)}
    </>
  );
}

/** One environment: what runs, four answers, and what there is to say about each Application. */
export const Lane = memo(
  (props: {
    environment: EnvironmentView;
    className?: string;
    actions: LaneActions;
    /** Whether the viewer may lift what holds this environment. */
    mayLift: boolean;
  }) => {
    const { environment, actions } = props;
    const lane = useLaneStyles();
    const shared = useSharedStyles();
    return (
      <section
        className={`${shared.panel} ${lane.lane} ${props.className ?? ''}`}
        aria-label={`Environment ${environment.name}`}
      >
        <div className={lane.head}>
          <h3 className={lane.title}>
            <Name text={environment.name} />
          </h3>
          <div className={lane.small}>
            <Whereabouts applications={environment.applications} />
            <LaneRoots applications={environment.applications} />
          </div>
        </div>
        {environment.applications.length === 0 ? (
          <div className={lane.release}>
            <ToneIcon tone="none" />
            Nothing deployed here
          </div>
        ) : (
          <>
            <LaneRelease environment={environment} />
            <LaneAnswers environment={environment} />
            <LaneNotes
              environment={environment}
              onAll={() => actions.onApplications(environment)}
              onLift={
                props.mayLift ? () => actions.onLift(environment) : undefined
              }
            />
            <LaneFoot environment={environment} actions={actions} />
          </>
        )}
      </section>
    );
  },
);
