import { useState } from 'react';
import Button from '@material-ui/core/Button';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import {
  Promotion,
  PromotionAction,
  PromotionSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { usePromotionAction } from '../../hooks/usePromotionAction';
import { actionWords } from '../../model/actions';
import { releaseTag } from '../../model/release';
import { Dialog } from '../Dialog';
import { Digest, Tag } from '../basics';
import { ErrorMessage } from '../messages';

const WITH_REASON: PromotionAction[] = ['reject', 'revoke', 'override'];

/** Asks once more before something that one click does not undo. */
export function ActionDialog(props: {
  action: PromotionAction;
  /** With its plan where the action is about that. */
  promotion: PromotionSummary | Promotion;
  onClose: () => void;
  onActed: (promotion: Promotion, action: PromotionAction) => void;
}) {
  const { action, promotion, onClose, onActed } = props;
  const [reason, setReason] = useState('');
  const { busy, error, act } = usePromotionAction(onActed);
  const words = actionWords(action, promotion);
  const planHash = 'plan' in promotion ? promotion.plan.hash : undefined;
  const needsReason = action === 'override';
  const said = reason.trim();
  const [image] = promotion.release.images;
  const tag = releaseTag(promotion.release);
  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="xs"
      fullWidth
      aria-labelledby="argocd-promotion-action-title"
    >
      <DialogTitle id="argocd-promotion-action-title">
        {words.title}
      </DialogTitle>
      <DialogContent>
        {error !== undefined && <ErrorMessage error={error} />}
        <Typography variant="body2" gutterBottom>
          {words.explanation}
        </Typography>
        {image && (
          <Typography variant="body2" color="textSecondary" component="div">
            {action === 'rollback' ? 'This promotion brought ' : 'Release '}
            <Digest digest={image.digest} /> {tag && <Tag text={tag} />}
          </Typography>
        )}
        {WITH_REASON.includes(action) && (
          <TextField
            id="argocd-promotion-reason"
            label={needsReason ? 'Reason' : 'Reason (optional)'}
            required={needsReason}
            value={reason}
            onChange={event => setReason(event.target.value)}
            inputProps={{ maxLength: 4000 }}
            multiline
            fullWidth
            margin="normal"
          />
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} disabled={busy}>
          Back
        </Button>
        <Button
          variant="contained"
          color="primary"
          disabled={busy || (needsReason && !said)}
          onClick={() =>
            act(promotion.id, action, { reason: said || undefined, planHash })
          }
        >
          {words.confirm}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
