import { useCallback, useEffect, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import Button from '@material-ui/core/Button';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import Skeleton from '@material-ui/lab/Skeleton';
import {
  Promotion,
  PromotionAction,
  PromotionSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../../api/ref';
import { usePromotionAction } from '../../hooks/usePromotionAction';
import {
  actionList,
  actionWords,
  allowedActions,
  refusals,
} from '../../model/actions';
import {
  promotionRoute,
  promotionSteps,
  promotionWord,
} from '../../model/promotions';
import { Dialog } from '../Dialog';
import { Sentence, ToneIcon } from '../basics';
import { ErrorMessage } from '../messages';
import { PlanBody } from '../PlanDialog';
import { useSharedStyles } from '../theme';
import { RenderedChanges } from '../RenderedChanges';
import { Approvals } from './Approvals';
import { OverrideMessage } from './OverrideMark';
import { TrainSection } from '../train/TrainSection';
import { PromotionEvents } from './PromotionEvents';
import { PromotionLinks, PromotionSteps } from './PromotionSteps';

/** Why the viewer may not do what others may. */
function Refusals({ promotion }: { promotion: Promotion }) {
  return (
    <>
      {refusals(promotion.actions).map(({ actions, reason }) => (
        <Typography
          key={reason}
          variant="body2"
          color="textSecondary"
          component="div"
        >
          You cannot {actionList(actions)} it. <Sentence text={reason} />
        </Typography>
      ))}
    </>
  );
}

/** One promotion: what it changes, every event of its life, and what may be done with it now. */
export function PromotionDialog(props: {
  promotion: PromotionSummary;
  onClose: () => void;
  /** Something that one click does not undo: ask once more. */
  onAsk: (action: PromotionAction, promotion: Promotion) => void;
  onActed: (promotion: Promotion, action: PromotionAction) => void;
}) {
  const { promotion: summary, onClose, onAsk, onActed } = props;
  const shared = useSharedStyles();
  const api = useApi(argocdPromotionApiRef);
  const [promotion, setPromotion] = useState<Promotion>();
  const [failure, setFailure] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const [comment, setComment] = useState('');
  const acted = useCallback(
    (changed: Promotion, action: PromotionAction) => {
      setPromotion(changed);
      onActed(changed, action);
    },
    [onActed],
  );
  const { busy, error, act } = usePromotionAction(acted);

  useEffect(() => {
    const abort = new AbortController();
    setFailure(undefined);
    api.getPromotion(summary.id, { signal: abort.signal }).then(
      found => !abort.signal.aborted && setPromotion(found),
      reason => !abort.signal.aborted && setFailure(reason),
    );
    return () => abort.abort();
    // updatedAt: a signal brought a newer state of the same promotion.
  }, [api, summary.id, summary.updatedAt, attempt]);

  const { state } = promotion ?? summary;
  const readRendered = useCallback(
    (signal: AbortSignal) => api.getRenderedPromotion(summary.id, { signal }),
    // Once it is in git, Argo CD renders what was computed before.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [api, summary.id, state],
  );

  const { tone, word } = promotionWord(state);
  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="md"
      fullWidth
      aria-labelledby="argocd-promotion-detail-title"
    >
      <DialogTitle id="argocd-promotion-detail-title" disableTypography>
        <Typography variant="h6" component="h2">
          Promotion {promotionRoute(summary)}
        </Typography>
        <Typography variant="body2" component="div">
          <ToneIcon tone={tone} />
          {word}. <Sentence text={(promotion ?? summary).message} />
        </Typography>
      </DialogTitle>
      <DialogContent dividers className={shared.root}>
        {error !== undefined && <ErrorMessage error={error} />}
        {failure !== undefined && (
          <ErrorMessage
            error={failure}
            onRetry={() => setAttempt(value => value + 1)}
          />
        )}
        {!promotion && failure === undefined && (
          <div role="status" aria-label="Loading the promotion">
            <Skeleton variant="rect" height={60} />
            <Skeleton variant="rect" height={150} style={{ marginTop: 16 }} />
          </div>
        )}
        {promotion && (
          <>
            <PromotionSteps
              steps={promotionSteps(
                promotion,
                promotion.gates,
                promotion.events,
              )}
            />
            <PromotionLinks promotion={promotion} />
            <OverrideMessage override={promotion.override} />
            {promotion.trainId && (
              <TrainSection
                promotion={promotion}
                onActed={() => setAttempt(value => value + 1)}
              />
            )}
            {/* Of one that was read back from git, the commit shows what it changed. */}
            {!promotion.rebuilt && (
              <PlanBody
                plan={promotion.plan}
                gates={promotion.gates}
                rendered={
                  <RenderedChanges
                    read={readRendered}
                    atOnce={!promotion.commit && !promotion.endedAt}
                  />
                }
              />
            )}
            <Approvals approvals={promotion.approvals} />
            <PromotionEvents events={promotion.events} />
            <Refusals promotion={promotion} />
            {promotion.actions?.approve?.allowed && (
              <TextField
                id="argocd-promotion-approval-reason"
                label="Say something to your approval (optional)"
                value={comment}
                onChange={event => setComment(event.target.value)}
                inputProps={{ maxLength: 4000 }}
                multiline
                fullWidth
                margin="normal"
              />
            )}
          </>
        )}
      </DialogContent>
      <DialogActions>
        {promotion &&
          allowedActions(promotion.actions).map(action => {
            const main = action === 'approve';
            return (
              <Button
                key={action}
                disabled={busy}
                variant={main ? 'contained' : 'text'}
                color={main ? 'primary' : 'default'}
                onClick={() =>
                  main
                    ? act(promotion.id, action, {
                        planHash: promotion.plan.hash,
                        reason: comment.trim() || undefined,
                      })
                    : onAsk(action, promotion)
                }
              >
                {actionWords(action, promotion).label}
              </Button>
            );
          })}
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}
