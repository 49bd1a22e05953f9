import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import {
  ApplicationView,
  EnvironmentView,
  Gate,
  PipelineView,
  Promotion,
  PromotionAction,
  PromotionSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { ClockProvider } from '../hooks/clock';
import { usePipeline } from '../hooks/usePipeline';
import { ArrowOffer, isActive } from '../model/arrows';
import { holdable } from '../model/holds';
import { Announcer } from './Announcer';
import { ApplicationsDrawer } from './ApplicationsDrawer';
import { DriftDrawer } from './drift/DriftDrawer';
import { EmptyPipeline } from './EmptyPipeline';
import { HoldDialog } from './hold/HoldDialog';
import { LiftDialog } from './hold/LiftDialog';
import { Lanes } from './Lanes';
import { LanesSkeleton } from './LanesSkeleton';
import { LiveIndicator } from './LiveIndicator';
import { ErrorMessage, ProblemMessage } from './messages';
import { PlanDialog } from './PlanDialog';
import { ActionDialog } from './promotion/ActionDialog';
import { PromotionDialog } from './promotion/PromotionDialog';
import { PromotionStrip } from './promotion/PromotionStrip';
import { RecentPromotions } from './promotion/RecentPromotions';
import { ResourcesDrawer } from './ResourcesDrawer';
import { useSharedStyles } from './theme';

const useStyles = makeStyles(
  theme => ({
    bar: {
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1.5),
      marginBottom: theme.spacing(2),
    },
    title: { fontSize: 20, margin: 0 },
    drift: { marginLeft: 'auto', textTransform: 'none' },
    hold: { textTransform: 'none' },
    below: {
      display: 'grid',
      gap: theme.spacing(2.5),
      marginTop: theme.spacing(2.5),
    },
  }),
  { name: 'ArgocdPromotionContent' },
);

/** Promotions worth a strip: those under way, and the last one when it ended badly and nothing came after. */
function strips(
  view: PipelineView,
): Array<{ promotion: PromotionSummary; gates: Gate[] }> {
  return view.environments.flatMap(({ promotion, offers }) => {
    if (
      !promotion ||
      !(isActive(promotion.state) || promotion.state === 'failed')
    )
      return [];
    return [
      {
        promotion,
        gates: offers.find(offer => offer.from === promotion.from)?.gates ?? [],
      },
    ];
  });
}

/** The Application as it is now, and where; as it was when it is gone. */
function inspectedNow(
  view: PipelineView | undefined,
  inspected: ApplicationView,
): { environment: string; application: ApplicationView } {
  const { instance, namespace, name } = inspected;
  for (const { name: environment, applications } of view?.environments ?? []) {
    const application = applications.find(
      item =>
        item.instance === instance &&
        item.namespace === namespace &&
        item.name === name,
    );
    if (application) return { environment, application };
  }
  return { environment: '', application: inspected };
}

function Body() {
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const { view, error, refresh, live } = usePipeline(entityRef);
  const classes = useStyles();
  const shared = useSharedStyles();
  const [planned, setPlanned] = useState<ArrowOffer>();
  const [opened, setOpened] = useState<PromotionSummary>();
  const [inspected, setInspected] = useState<ApplicationView>();
  const [listed, setListed] = useState<string>();
  const [question, setQuestion] = useState<{
    action: PromotionAction;
    promotion: PromotionSummary | Promotion;
  }>();
  const [holding, setHolding] = useState(false);
  const [drifting, setDrifting] = useState(false);
  const [lifting, setLifting] = useState<string>();
  const [asked, setAsked] = useState<string>();
  const stripHeading = useRef<HTMLHeadingElement>(null);

  const shown = view ? strips(view) : [];
  const askedIsShown = shown.some(item => item.promotion.id === asked);
  useEffect(() => {
    // The button that was pressed is gone by now; the strip is what came of it.
    if (askedIsShown) stripHeading.current?.focus();
  }, [askedIsShown]);

  const ask = useCallback(
    (action: PromotionAction, promotion: PromotionSummary | Promotion) =>
      setQuestion({ action, promotion }),
    [],
  );
  const acted = useCallback(
    (promotion: Promotion, action: PromotionAction) => {
      setQuestion(undefined);
      if (action === 'retry' || action === 'rollback') {
        setOpened(undefined);
        setAsked(promotion.id);
      }
      refresh();
    },
    [refresh],
  );
  const laneActions = useMemo(
    () => ({
      onResources: setInspected,
      onApplications: ({ name }: EnvironmentView) => setListed(name),
      onRollback: (promotion: PromotionSummary) => ask('rollback', promotion),
      onLift: ({ name }: EnvironmentView) => setLifting(name),
    }),
    [ask],
  );
  const list = view?.environments.find(({ name }) => name === listed);
  const held = view?.environments.find(({ name }) => name === lifting);
  const free = view && holdable(view);
  const holdChanged = useCallback(() => {
    setHolding(false);
    setLifting(undefined);
    refresh();
  }, [refresh]);

  // A dialog stays open over newer data of the same promotion.
  const current =
    opened &&
    ([
      ...(view?.environments.flatMap(item => item.promotion ?? []) ?? []),
      ...(view?.recentPromotions ?? []),
    ].find(item => item.id === opened.id) ??
      opened);
  const deployed =
    view?.environments.some(
      environment => environment.applications.length > 0,
    ) ?? false;
  return (
    <div className={shared.root}>
      <div className={classes.bar}>
        <h2 className={classes.title}>Environments</h2>
        {view && <LiveIndicator live={live} failing={error !== undefined} />}
        {deployed && (
          <Button
            size="small"
            variant="outlined"
            className={classes.drift}
            onClick={() => setDrifting(true)}
          >
            Drift history
          </Button>
        )}
        {free && (free.entity || free.environments.length > 0) && (
          <Button
            size="small"
            variant="outlined"
            className={classes.hold}
            onClick={() => setHolding(true)}
          >
            Hold promotions…
          </Button>
        )}
      </div>
      <Announcer view={view} />
      {error && <ErrorMessage error={error} onRetry={refresh} />}
      {!view && !error && <LanesSkeleton />}
      {view?.problems
        .filter(problem => deployed || problem.code !== 'no-application-found')
        .map(problem => (
          <ProblemMessage
            key={problem.code + problem.message + problem.environment}
            problem={problem}
          />
        ))}
      {view && !deployed && (
        <EmptyPipeline entity={entity} lookedFor={view.lookedFor} />
      )}
      {view && deployed && (
        <>
          <Lanes view={view} onPromote={setPlanned} actions={laneActions} />
          <div className={classes.below}>
            {shown.map(({ promotion, gates }) => (
              <PromotionStrip
                key={promotion.id}
                promotion={promotion}
                gates={gates}
                focusRef={promotion.id === asked ? stripHeading : undefined}
                onOpen={setOpened}
                onAsk={ask}
              />
            ))}
            <RecentPromotions
              key={entityRef}
              entityRef={entityRef}
              promotions={view.recentPromotions}
              onOpen={setOpened}
            />
          </div>
        </>
      )}
      {planned && (
        <PlanDialog
          entityRef={entityRef}
          name={entity.metadata.title ?? entity.metadata.name}
          from={planned.from}
          to={planned.to}
          release={planned.offer?.release?.id}
          hold={
            view?.environments.find(({ name }) => name === planned.to)?.hold
          }
          onClose={() => setPlanned(undefined)}
          onDone={promotion => {
            setPlanned(undefined);
            setAsked(promotion.id);
            refresh();
          }}
        />
      )}
      {current && (
        <PromotionDialog
          promotion={current}
          onClose={() => setOpened(undefined)}
          onAsk={ask}
          onActed={acted}
        />
      )}
      {question && (
        <ActionDialog
          action={question.action}
          promotion={question.promotion}
          onClose={() => setQuestion(undefined)}
          onActed={acted}
        />
      )}
      {holding && free && (
        <HoldDialog
          entityRef={entityRef}
          name={entity.metadata.title ?? entity.metadata.name}
          holdable={free}
          onClose={() => setHolding(false)}
          onChanged={holdChanged}
        />
      )}
      {held?.hold && (
        <LiftDialog
          hold={held.hold}
          automatic={held.autoPromote ?? false}
          onClose={() => setLifting(undefined)}
          onChanged={holdChanged}
        />
      )}
      {drifting && (
        <DriftDrawer
          entityRef={entityRef}
          name={entity.metadata.title ?? entity.metadata.name}
          onClose={() => setDrifting(false)}
        />
      )}
      {list && (
        <ApplicationsDrawer
          environment={list}
          onResources={setInspected}
          onClose={() => setListed(undefined)}
        />
      )}
      {inspected && (
        <ResourcesDrawer
          entityRef={entityRef}
          {...inspectedNow(view, inspected)}
          onClose={() => setInspected(undefined)}
        />
      )}
    </div>
  );
}

/** The entity tab. */
export function EntityPromotionContent() {
  return (
    <ClockProvider>
      <Body />
    </ClockProvider>
  );
}
