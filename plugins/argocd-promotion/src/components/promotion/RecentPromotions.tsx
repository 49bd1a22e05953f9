import Button from '@material-ui/core/Button';
import ButtonBase from '@material-ui/core/ButtonBase';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { PromotionSummary } from '@fairway/backstage-plugin-argocd-promotion-common';
import { useOlderPromotions } from '../../hooks/useOlderPromotions';
import {
  promotionFacts,
  promotionRoute,
  promotionWord,
} from '../../model/promotions';
import { Digest, Person, RelativeTime, Sentence, ToneIcon } from '../basics';
import { ErrorMessage } from '../messages';
import { useSharedStyles } from '../theme';
import { OverrideMark } from './OverrideMark';

const useStyles = makeStyles(
  theme => ({
    title: {
      fontSize: 16,
      margin: 0,
      padding: theme.spacing(1.5, 2.25),
      borderBottom: `1px solid ${theme.palette.divider}`,
    },
    list: { listStyle: 'none', margin: 0, padding: 0 },
    row: {
      width: '100%',
      padding: theme.spacing(1.25, 2.25),
      display: 'flex',
      alignItems: 'flex-start',
      textAlign: 'left',
      fontSize: 14,
      lineHeight: 1.35,
      borderBottom: `1px solid ${theme.palette.divider}`,
      '&:hover, &:focus-visible': { background: theme.palette.action.hover },
    },
    body: { flex: 1, minWidth: 0, overflowWrap: 'anywhere' },
    when: { whiteSpace: 'nowrap', fontSize: 12.5, paddingLeft: 12 },
    facts: { fontSize: 12.5 },
  }),
  { name: 'ArgocdPromotionRecent' },
);

/** What was promoted lately, newest first, and on request what was promoted before. */
export function RecentPromotions(props: {
  entityRef: string;
  promotions: PromotionSummary[];
  onOpen: (promotion: PromotionSummary) => void;
}) {
  const classes = useStyles();
  const shared = useSharedStyles();
  const older = useOlderPromotions(props.entityRef, props.promotions);
  return (
    <section className={shared.panel} aria-label="Recent promotions">
      <h3 className={classes.title}>Recent promotions</h3>
      {props.promotions.length === 0 && (
        <Typography
          variant="body2"
          color="textSecondary"
          style={{ padding: 16 }}
        >
          None yet. The button on an arrow makes the first.
        </Typography>
      )}
      <ul className={classes.list}>
        {older.promotions.map(promotion => {
          const { tone, word } = promotionWord(promotion.state);
          const facts = promotionFacts(promotion);
          const [image] = promotion.release.images;
          return (
            <li key={promotion.id}>
              <ButtonBase
                className={classes.row}
                onClick={() => props.onOpen(promotion)}
              >
                <ToneIcon tone={tone} />
                <span className={classes.body}>
                  {promotionRoute(promotion)}{' '}
                  {image && <Digest digest={image.digest} />}{' '}
                  <span className={shared.quiet}>{word}</span>{' '}
                  <OverrideMark override={promotion.override} />
                  <span
                    className={`${classes.facts} ${shared.quiet}`}
                    style={{ display: 'block' }}
                  >
                    <Person who={promotion.requestedBy} />
                    {promotion.pullRequest?.mergedBy && (
                      <>
                        , merged by{' '}
                        <Person who={promotion.pullRequest.mergedBy} />
                      </>
                    )}
                    {facts && ' · '}
                    <Sentence text={facts} />
                  </span>
                </span>
                <span className={`${classes.when} ${shared.quiet}`}>
                  <RelativeTime at={promotion.endedAt ?? promotion.createdAt} />
                </span>
              </ButtonBase>
            </li>
          );
        })}
      </ul>
      {older.error !== undefined && (
        <ErrorMessage error={older.error} onRetry={older.more} />
      )}
      {older.hasMore && older.error === undefined && (
        <Button
          onClick={older.more}
          disabled={older.loading}
          style={{ margin: 8, textTransform: 'none' }}
        >
          {older.loading ? 'Loading older promotions' : 'Show older'}
        </Button>
      )}
    </section>
  );
}
