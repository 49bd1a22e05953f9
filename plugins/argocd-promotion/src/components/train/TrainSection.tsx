import { useEffect, useState } from 'react';
import Button from '@material-ui/core/Button';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import Skeleton from '@material-ui/lab/Skeleton';
import { useApi } from '@backstage/core-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import {
  PromotionSummary,
  Train,
  TrainAction,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { argocdPromotionApiRef } from '../../api/ref';
import { promotionWord } from '../../model/promotions';
import { TRAIN_WORDS } from '../../model/train';
import { Dialog } from '../Dialog';
import { Digest, Sentence, ToneIcon } from '../basics';
import { ErrorMessage } from '../messages';
import { useSharedStyles } from '../theme';

const useStyles = makeStyles(
  theme => ({
    root: { padding: theme.spacing(1.5, 0) },
    heading: {
      fontSize: 14,
      fontWeight: 600,
      color: theme.palette.text.secondary,
      margin: theme.spacing(0, 0, 1),
    },
    list: { listStyle: 'none', margin: 0, padding: 0 },
    row: {
      padding: theme.spacing(0.75, 0),
      overflowWrap: 'anywhere',
      fontSize: 14,
    },
    button: { textTransform: 'none', marginRight: theme.spacing(1) },
  }),
  { name: 'ArgocdPromotionTrain' },
);

const LOOK_EVERY_MS = 5_000;

/** The promotions that go with one as a train: how each stands, and what may be done with all of them. */
export function TrainSection(props: {
  promotion: PromotionSummary;
  onActed: () => void;
}) {
  const { promotion, onActed } = props;
  const { trainId = '' } = promotion;
  const api = useApi(argocdPromotionApiRef);
  const classes = useStyles();
  const shared = useSharedStyles();
  const [train, setTrain] = useState<Train>();
  const [error, setError] = useState<unknown>();
  const [question, setQuestion] = useState<TrainAction>();
  const [busy, setBusy] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const moving = train?.members.some(({ endedAt }) => !endedAt) ?? false;

  useEffect(() => {
    const abort = new AbortController();
    api.getTrain(trainId, { signal: abort.signal }).then(
      found => {
        if (abort.signal.aborted) return;
        setTrain(found);
        setError(undefined);
      },
      reason => !abort.signal.aborted && setError(reason),
    );
    return () => abort.abort();
  }, [api, trainId, promotion.updatedAt, attempt]);
  useEffect(() => {
    if (!moving) return undefined;
    // Signals tell of the service of this page; the others are looked at while this is open.
    const timer = setInterval(
      () => setAttempt(value => value + 1),
      LOOK_EVERY_MS,
    );
    return () => clearInterval(timer);
  }, [moving]);

  const act = async (action: TrainAction) => {
    setBusy(true);
    setError(undefined);
    try {
      if (action === 'cancel') await api.cancelTrain(trainId);
      else if (action === 'retry') await api.retryTrain(trainId);
      else await api.rollbackTrain(trainId);
      setAttempt(value => value + 1);
      onActed();
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
      setQuestion(undefined);
    }
  };
  const allowed = (['cancel', 'retry', 'rollback'] as const).filter(
    action => train?.actions?.[action]?.allowed,
  );
  return (
    <section className={classes.root} aria-label="Train">
      <h3 className={classes.heading}>Goes together with</h3>
      {error !== undefined && <ErrorMessage error={error} />}
      {!train && error === undefined && (
        <div role="status" aria-label="Loading the train">
          <Skeleton variant="text" />
          <Skeleton variant="text" />
        </div>
      )}
      <ul className={classes.list}>
        {train?.members.map(member => {
          const { tone, word } = promotionWord(member.state);
          const [image] = member.release.images;
          return (
            <li key={member.id} className={classes.row}>
              <ToneIcon tone={tone} />
              <EntityRefLink entityRef={member.entityRef} />{' '}
              {image && <Digest digest={image.digest} />} {word}
              {member.state !== 'succeeded' && (
                <span className={shared.quiet}>
                  {' · '}
                  <Sentence text={member.message} />
                </span>
              )}
            </li>
          );
        })}
      </ul>
      {allowed.map(action => (
        <Button
          key={action}
          size="small"
          variant="outlined"
          className={classes.button}
          disabled={busy}
          onClick={() => setQuestion(action)}
        >
          {TRAIN_WORDS[action].label}
        </Button>
      ))}
      {question && (
        <Dialog
          open
          onClose={() => setQuestion(undefined)}
          aria-labelledby="argocd-promotion-train-question"
        >
          <DialogTitle id="argocd-promotion-train-question">
            {TRAIN_WORDS[question].title}
          </DialogTitle>
          <DialogContent>
            <DialogContentText>
              {TRAIN_WORDS[question].explanation}
            </DialogContentText>
          </DialogContent>
          <DialogActions>
            <Button onClick={() => setQuestion(undefined)}>Back</Button>
            <Button
              color="primary"
              variant="contained"
              disabled={busy}
              onClick={() => act(question)}
            >
              {TRAIN_WORDS[question].label}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </section>
  );
}
