import { makeStyles } from '@material-ui/core/styles';
import { PromotionSummary } from '@fairway/backstage-plugin-argocd-promotion-common';
import { withNames } from '../../model/people';
import { listWords } from '../../model/text';
import { Person, RelativeTime, Sentence, ToneIcon } from '../basics';
import { Message } from '../messages';
import { toneBackground, toneColor } from '../theme';

const useStyles = makeStyles(
  theme => ({
    mark: {
      display: 'inline-block',
      whiteSpace: 'nowrap',
      borderRadius: 10,
      padding: '0 8px',
      fontSize: 12,
      lineHeight: '20px',
      color: toneColor(theme, 'warn'),
      background: toneBackground(theme, 'warn'),
    },
  }),
  { name: 'ArgocdPromotionOverride' },
);

/** The mark of a promotion that went past its gates, wherever it is shown. */
export function OverrideMark({ override }: Pick<PromotionSummary, 'override'>) {
  const classes = useStyles();
  if (!override) return null;
  return (
    <span
      className={classes.mark}
      title={withNames(`By ${override.by}: ${override.reason}`)}
    >
      <ToneIcon tone="warn" />
      gates overridden
    </span>
  );
}

/** The same at length. */
export function OverrideMessage({
  override,
}: Pick<PromotionSummary, 'override'>) {
  if (!override) return null;
  const { by, at, reason, skipped } = override;
  return (
    <Message tone="warn" title="Its gates were overridden">
      <Person who={by} />, <RelativeTime at={at} />: <Sentence text={reason} />
      {skipped.length > 0 && (
        <div>
          Not passed at that time: <Sentence text={listWords(skipped)} />
        </div>
      )}
    </Message>
  );
}
