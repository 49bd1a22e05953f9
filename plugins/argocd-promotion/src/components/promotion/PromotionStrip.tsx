import { RefObject } from 'react';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import {
  Gate,
  PromotionAction,
  PromotionSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { actionWords, allowedActions } from '../../model/actions';
import {
  promotionRoute,
  promotionSteps,
  promotionWord,
} from '../../model/promotions';
import { releaseTag } from '../../model/release';
import {
  Digest,
  Person,
  RelativeTime,
  Sentence,
  Tag,
  ToneIcon,
} from '../basics';
import { toneColor, useSharedStyles } from '../theme';
import { OverrideMark } from './OverrideMark';
import { PromotionLinks, PromotionSteps } from './PromotionSteps';

const useStyles = makeStyles(
  theme => ({
    root: {
      padding: theme.spacing(1.75, 2.25),
      borderLeftWidth: 4,
      borderLeftColor: toneColor(theme, 'wait'),
    },
    failed: { borderLeftColor: toneColor(theme, 'bad') },
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1),
    },
    title: { fontSize: 15, margin: 0, outline: 'none' },
    space: { flex: 1 },
    button: { textTransform: 'none' },
    whyNot: { fontSize: 12.5, marginTop: theme.spacing(1) },
  }),
  { name: 'ArgocdPromotionStrip' },
);

/** A running promotion, or one that ended badly: one strip with six steps. */
export function PromotionStrip(props: {
  promotion: PromotionSummary;
  gates: Gate[];
  focusRef?: RefObject<HTMLHeadingElement>;
  onOpen: (promotion: PromotionSummary) => void;
  /** Something that one click does not undo: ask once more. */
  onAsk: (action: PromotionAction, promotion: PromotionSummary) => void;
}) {
  const { promotion, gates, onOpen, onAsk } = props;
  const classes = useStyles();
  const shared = useSharedStyles();
  const { tone, word } = promotionWord(promotion.state);
  const allowed = allowedActions(promotion.actions);
  const approves = allowed.includes('approve');
  const whyNot = promotion.actions?.approve?.reason;
  const [image] = promotion.release.images;
  const tag = releaseTag(promotion.release);
  return (
    <section
      className={`${shared.panel} ${classes.root} ${
        tone === 'bad' ? classes.failed : ''
      }`}
      aria-label={`Promotion ${promotionRoute(promotion)}`}
    >
      <div className={classes.head}>
        <h3 className={classes.title} tabIndex={-1} ref={props.focusRef}>
          {promotionRoute(promotion)}
        </h3>
        {image && <Digest digest={image.digest} />}
        {tag && <Tag text={tag} />}
        <span>
          <ToneIcon tone={tone} />
          {word}
        </span>
        <OverrideMark override={promotion.override} />
        <span className={shared.quiet}>
          asked for by <Person who={promotion.requestedBy} />,{' '}
          <RelativeTime at={promotion.createdAt} />
        </span>
        {promotion.trainId && <Tag text="train" />}
        <span className={classes.space} />
        {/* Approving and overriding come after reading: the button opens the plan. */}
        {allowed
          .filter(action => action !== 'approve' && action !== 'override')
          .map(action => (
            <Button
              key={action}
              size="small"
              className={classes.button}
              onClick={() => onAsk(action, promotion)}
            >
              {actionWords(action, promotion).label}
            </Button>
          ))}
        <Button
          size="small"
          className={classes.button}
          variant={approves ? 'contained' : 'outlined'}
          color={approves ? 'primary' : 'default'}
          onClick={() => onOpen(promotion)}
        >
          {approves ? 'Review and approve' : 'Details'}
        </Button>
      </div>
      <PromotionSteps steps={promotionSteps(promotion, gates)} />
      {whyNot && (
        <div className={`${classes.whyNot} ${shared.quiet}`}>
          You cannot approve it. <Sentence text={whyNot} />
        </div>
      )}
      <PromotionLinks promotion={promotion} />
    </section>
  );
}
