import { ReactNode, useState } from 'react';
import Button from '@material-ui/core/Button';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import Skeleton from '@material-ui/lab/Skeleton';
import ToggleButton from '@material-ui/lab/ToggleButton';
import ToggleButtonGroup from '@material-ui/lab/ToggleButtonGroup';
import {
  Hold,
  Plan,
  PromotionSummary,
  Release,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { PromoteState, usePromote } from '../hooks/usePromote';
import { useTrainCandidates } from '../hooks/useTrainCandidates';
import { imageName, releaseTag } from '../model/release';
import { count, listWords } from '../model/text';
import { Dialog } from './Dialog';
import { Digest, Tag } from './basics';
import { GateList } from './GateList';
import { HoldSentence } from './hold/HoldSentence';
import { ErrorMessage, Message, ProblemMessage } from './messages';
import { PatchView } from './PatchView';
import { RenderedOfPlan } from './RenderedOfPlan';
import { SourceCommits } from './SourceCommits';
import { useSharedStyles } from './theme';
import { TrainPicker } from './train/TrainPicker';
import { TrainPlanBody } from './train/TrainPlanBody';

const useStyles = makeStyles(
  theme => ({
    section: { padding: theme.spacing(1.5, 0) },
    heading: {
      fontSize: 14,
      fontWeight: 600,
      color: theme.palette.text.secondary,
      margin: theme.spacing(0, 0, 1),
    },
    actions: { padding: theme.spacing(2, 3), flexWrap: 'wrap', rowGap: 12 },
    deliver: { display: 'flex', alignItems: 'center', marginRight: 'auto' },
    toggle: { textTransform: 'none', padding: theme.spacing(0.5, 1.5) },
    change: { margin: theme.spacing(0.5, 0) },
  }),
  { name: 'ArgocdPromotionPlan' },
);

/** As many as a line takes. */
function namedImages({ images }: Release): string[] {
  const names = images.map(({ repository }) => imageName(repository));
  return names.length > 4
    ? [...names.slice(0, 3), `${names.length - 3} more`]
    : names;
}

function ReleaseWords({ release }: { release: Release }) {
  const tag = releaseTag(release);
  if (release.images.length === 0 && release.charts)
    return (
      <>
        {release.charts
          .map(({ chart, version }) => `${chart} ${version}`)
          .join(', ')}
      </>
    );
  if (release.images.length !== 1)
    return (
      <>
        {count(release.images.length, 'image')} (
        {listWords(namedImages(release))})
      </>
    );
  return (
    <>
      <Digest digest={release.images[0].digest} /> {tag && <Tag text={tag} />}
    </>
  );
}

/** Whether a release is told in a word or two; of several images the list below tells what each replaces. */
const isBrief = ({ images, charts }: Release) =>
  images.length === 1 || (images.length === 0 && charts !== undefined);

/** What a plan would do: the change in git, the images, the gates. Shown before asking and when approving. */
export function PlanBody({
  plan,
  gates = plan.gates,
  rendered,
}: {
  plan: Plan;
  gates?: Plan['gates'];
  /** What it changes in the cluster. */
  rendered?: ReactNode;
}) {
  const classes = useStyles();
  return (
    <>
      {plan.problems.map(problem => (
        <ProblemMessage
          key={problem.code + problem.message}
          problem={problem}
        />
      ))}
      <section className={classes.section}>
        <h3 className={classes.heading}>The change in git</h3>
        {plan.edits.map(edit => (
          <PatchView
            key={`${edit.repo} ${edit.branch} ${edit.path}`}
            edit={edit}
            commit={
              plan.base.find(
                base => base.repo === edit.repo && base.branch === edit.branch,
              )?.commit
            }
          />
        ))}
        {plan.edits.length === 0 && (
          <Typography variant="body2">
            Nothing to change: {plan.environment} already pins this release.
          </Typography>
        )}
        {plan.changes.length > 1 &&
          plan.changes.map(change => (
            <div key={change.repository} className={classes.change}>
              {imageName(change.repository)}{' '}
              {change.from?.digest ? (
                <Digest digest={change.from.digest} />
              ) : (
                change.from?.tag ?? 'not pinned'
              )}
              {' → '}
              <Digest digest={change.to.digest} />{' '}
              {change.to.tag && <Tag text={change.to.tag} />}
            </div>
          ))}
        {plan.chartChanges?.map(({ repoURL, chart, from, to }) => (
          <div key={`${repoURL} ${chart}`} className={classes.change}>
            Chart {chart} {from} → {to}
          </div>
        ))}
      </section>
      {plan.edits.length > 0 && rendered && (
        <section className={classes.section}>
          <h3 className={classes.heading}>In the cluster</h3>
          {rendered}
        </section>
      )}
      {plan.sourceChanges && plan.sourceChanges.length > 0 && (
        <section className={classes.section}>
          <h3 className={classes.heading}>The source code</h3>
          {plan.sourceChanges.map((change, _, list) => (
            <SourceCommits
              key={change.repository}
              change={change}
              named={list.length > 1}
            />
          ))}
        </section>
      )}
      {gates.length > 0 && (
        <section className={classes.section}>
          <h3 className={classes.heading}>Gates</h3>
          <GateList gates={gates} />
        </section>
      )}
    </>
  );
}

/** With a gate that is closed, pressing the button does not promote yet. */
function buttonWords({ phase, plan, train }: PromoteState): string {
  const plans = train?.members ?? [plan].flatMap(each => each ?? []);
  const open = plans
    .flatMap(({ gates }) => gates)
    .every(({ state }) => state === 'passed');
  if (phase === 'asking') return open ? 'Promoting…' : 'Asking…';
  return open ? 'Promote' : 'Ask for promotion';
}

function PlanSkeleton() {
  return (
    <div role="status" aria-label="Making the plan">
      <Skeleton variant="text" width={140} />
      <Skeleton variant="rect" height={150} style={{ margin: '8px 0 20px' }} />
      <Skeleton variant="text" width={80} />
      <Skeleton variant="text" />
      <Skeleton variant="text" />
    </div>
  );
}

/** What one sees before promoting: the exact patch and the gates, and the choice how it reaches git. */
export function PlanDialog(props: {
  entityRef: string;
  name: string;
  from: string;
  to: string;
  release?: string;
  /** What keeps the target from being promoted into by itself: people may, and should know. */
  hold?: Hold;
  onClose: () => void;
  onDone: (promotion: PromotionSummary) => void;
}) {
  const { entityRef, name, from, to, release, onClose, onDone } = props;
  const classes = useStyles();
  const shared = useSharedStyles();
  const [others, setOthers] = useState<string[]>([]);
  const { candidates } = useTrainCandidates(entityRef);
  const { state, promote, planAgain } = usePromote(
    { entityRef, environment: to, from, release },
    onDone,
    others,
  );
  const [chosen, setChosen] = useState<Plan['delivery']>();
  const [message, setMessage] = useState('');
  const { plan, train } = state;
  const delivery =
    chosen ?? train?.delivery ?? plan?.delivery ?? 'pull-request';
  const busy = state.phase === 'planning' || state.phase === 'asking';
  const ready =
    state.phase === 'planned' &&
    plan !== undefined &&
    (train?.members ?? [plan]).some(({ edits }) => edits.length > 0);

  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="md"
      fullWidth
      aria-labelledby="argocd-promotion-plan-title"
    >
      <DialogTitle id="argocd-promotion-plan-title" disableTypography>
        <Typography variant="h6" component="h2">
          Promote {name}
          {others.length > 0 &&
            ` and ${count(others.length, 'other')}`} from {from} to {to}
        </Typography>
        {plan && !train && (
          <Typography variant="body2" color="textSecondary" component="div">
            {to} will run <ReleaseWords release={plan.release} />
            {plan.replaces && isBrief(plan.replaces) && (
              <>
                {' '}
                in place of <ReleaseWords release={plan.replaces} />
              </>
            )}
          </Typography>
        )}
      </DialogTitle>
      <DialogContent dividers aria-busy={busy} className={shared.root}>
        {state.replanned && (
          <Message
            tone="warn"
            role="alert"
            title="Git changed since this plan was made"
          >
            The plan below is new. Look at it again before you promote; nothing
            has been written.
          </Message>
        )}
        {props.hold && (
          <Message tone="warn" title={`${to} is held`}>
            <HoldSentence hold={props.hold} />
          </Message>
        )}
        {state.error !== undefined && (
          <ErrorMessage
            error={state.error}
            onRetry={state.phase === 'refused' ? planAgain : undefined}
          />
        )}
        {plan && !train && state.phase !== 'refused' && (
          <PlanBody plan={plan} rendered={<RenderedOfPlan plan={plan} />} />
        )}
        {train && state.phase !== 'refused' && (
          <TrainPlanBody
            train={train}
            release={member => (
              <>
                <ReleaseWords release={member.release} />
                {member.replaces && member.edits.length > 0 && (
                  <>
                    {' '}
                    in place of <ReleaseWords release={member.replaces} />
                  </>
                )}
              </>
            )}
          >
            {member => (
              <PlanBody
                plan={member}
                rendered={<RenderedOfPlan plan={member} />}
              />
            )}
          </TrainPlanBody>
        )}
        {!plan && state.phase === 'planning' && <PlanSkeleton />}
        {/* Below what is to be read: most promote one service alone. */}
        {candidates.length > 0 && (
          <TrainPicker
            candidates={candidates}
            chosen={others}
            disabled={state.phase === 'asking'}
            onChange={setOthers}
          />
        )}
        {plan && state.phase !== 'refused' && (
          <TextField
            id="argocd-promotion-message"
            label="Message (optional)"
            helperText={
              delivery === 'commit'
                ? 'Added to the commit message.'
                : 'Added to the commit message and the pull request.'
            }
            value={message}
            onChange={event => setMessage(event.target.value)}
            fullWidth
            multiline
            maxRows={5}
            inputProps={{ maxLength: 2000 }}
          />
        )}
      </DialogContent>
      <DialogActions className={classes.actions}>
        <div className={classes.deliver}>
          <Typography
            variant="body2"
            color="textSecondary"
            id="argocd-promotion-deliver"
            style={{ marginRight: 12 }}
          >
            Deliver as
          </Typography>
          <ToggleButtonGroup
            exclusive
            size="small"
            value={delivery}
            aria-labelledby="argocd-promotion-deliver"
            onChange={(_, value: Plan['delivery'] | null) =>
              value && setChosen(value)
            }
          >
            <ToggleButton
              value="pull-request"
              className={classes.toggle}
              disabled={!ready}
            >
              Pull request
            </ToggleButton>
            <ToggleButton
              value="commit"
              className={classes.toggle}
              disabled={!ready}
            >
              Commit
            </ToggleButton>
          </ToggleButtonGroup>
        </div>
        <Button onClick={onClose}>Close</Button>
        <Button
          variant="contained"
          color="primary"
          disabled={!ready}
          onClick={() =>
            promote({
              delivery,
              ...(message.trim() ? { message: message.trim() } : {}),
            })
          }
        >
          {buttonWords(state)}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
