import { useCallback, useEffect, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import Typography from '@material-ui/core/Typography';
import Skeleton from '@material-ui/lab/Skeleton';
import {
  Promotion,
  PromotionSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../api/ref';
import {
  promotionActions,
  promotionRoute,
  promotionSteps,
  promotionWord,
} from '../model/promotions';
import { Person, RelativeTime, Sentence, ToneIcon } from './basics';
import { ErrorMessage } from './messages';
import { PlanBody } from './PlanDialog';
import { PromotionLinks, PromotionSteps } from './PromotionStrip';
import { useSharedStyles } from './theme';

/** One promotion: what it changes, every event of its life, and what may be done with it now. */
export function PromotionDialog(props: {
  promotion: PromotionSummary;
  onClose: () => void;
  /** Something was done: the page should look again. `followUp` is the new promotion of a retry or a rollback. */
  onActed: (followUp?: Promotion) => void;
}) {
  const { promotion: summary, onClose, onActed } = props;
  const shared = useSharedStyles();
  const api = useApi(argocdPromotionApiRef);
  const [promotion, setPromotion] = useState<Promotion>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const abort = new AbortController();
    setError(undefined);
    api.getPromotion(summary.id, { signal: abort.signal }).then(
      found => !abort.signal.aborted && setPromotion(found),
      reason => !abort.signal.aborted && setError(reason),
    );
    return () => abort.abort();
    // updatedAt: a signal brought a newer state of the same promotion.
  }, [api, summary.id, summary.updatedAt, attempt]);

  const act = useCallback(
    async (call: () => Promise<Promotion>, isNew: boolean) => {
      setBusy(true);
      setError(undefined);
      try {
        const result = await call();
        if (!isNew) setPromotion(result);
        onActed(isNew ? result : undefined);
      } catch (reason) {
        setError(reason);
      } finally {
        setBusy(false);
      }
    },
    [onActed],
  );

  const actions = promotion && promotionActions(promotion, promotion.gates);
  const { tone, word } = promotionWord((promotion ?? summary).state);
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
        {error !== undefined && (
          <ErrorMessage
            error={error}
            onRetry={
              promotion ? undefined : () => setAttempt(value => value + 1)
            }
          />
        )}
        {!promotion && error === undefined && (
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
            <PlanBody plan={promotion.plan} gates={promotion.gates} />
            <Typography
              variant="subtitle2"
              component="h3"
              color="textSecondary"
            >
              What happened
            </Typography>
            <ol style={{ listStyle: 'none', padding: 0 }}>
              {promotion.events.map(event => (
                <li
                  key={event.sequence}
                  style={{
                    display: 'flex',
                    padding: '6px 0',
                    alignItems: 'flex-start',
                  }}
                >
                  <ToneIcon tone={promotionWord(event.state).tone} />
                  <Typography
                    variant="body2"
                    component="div"
                    style={{ flex: 1, overflowWrap: 'anywhere' }}
                  >
                    <Sentence
                      text={event.message || promotionWord(event.state).word}
                    />
                    {event.actor && (
                      <Typography
                        variant="body2"
                        color="textSecondary"
                        component="span"
                      >
                        {' · '}
                        <Person who={event.actor} />
                      </Typography>
                    )}
                  </Typography>
                  <Typography
                    variant="body2"
                    color="textSecondary"
                    component="span"
                    style={{ whiteSpace: 'nowrap' }}
                  >
                    <RelativeTime at={event.at} />
                  </Typography>
                </li>
              ))}
            </ol>
          </>
        )}
      </DialogContent>
      <DialogActions>
        {promotion && actions?.cancel && (
          <Button
            disabled={busy}
            onClick={() => act(() => api.cancelPromotion(promotion.id), false)}
          >
            Cancel promotion
          </Button>
        )}
        {promotion && actions?.rollback && (
          <Button
            disabled={busy}
            onClick={() => act(() => api.rollbackPromotion(promotion.id), true)}
          >
            Roll back
          </Button>
        )}
        {promotion && actions?.retry && (
          <Button
            disabled={busy}
            onClick={() => act(() => api.retryPromotion(promotion.id), true)}
          >
            Try again
          </Button>
        )}
        {promotion && actions?.decide && (
          <>
            <Button
              disabled={busy}
              onClick={() =>
                act(() => api.rejectPromotion(promotion.id, {}), false)
              }
            >
              Reject
            </Button>
            <Button
              disabled={busy}
              variant="contained"
              color="primary"
              onClick={() =>
                act(
                  () =>
                    api.approvePromotion(promotion.id, {
                      planHash: promotion.plan.hash,
                    }),
                  false,
                )
              }
            >
              Approve
            </Button>
          </>
        )}
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}
