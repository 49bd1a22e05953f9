import { useState } from 'react';
import Button from '@material-ui/core/Button';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { SourceChange } from '@fairway/backstage-plugin-argocd-promotion-common';
import { imageName } from '../model/release';
import { OutLink, RelativeTime } from './basics';
import { MONO } from './theme';

/** More commits than one reads before pressing Promote. */
const FIRST = 5;

const useStyles = makeStyles(
  theme => ({
    list: { listStyle: 'none', margin: 0, padding: 0 },
    commit: {
      display: 'flex',
      gap: theme.spacing(1.5),
      padding: theme.spacing(0.25, 0),
      alignItems: 'baseline',
    },
    sha: { fontFamily: MONO, fontSize: 12.5, flex: 'none' },
    message: {
      flex: 1,
      minWidth: 0,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
    },
    who: { flex: 'none', color: theme.palette.text.secondary, fontSize: 13 },
  }),
  { name: 'ArgocdPromotionSourceCommits' },
);

/** The commits of the source code that one image brings, or that go with a step back. */
export function SourceCommits({
  change,
  named,
}: {
  change: SourceChange;
  /** Whether the image's name is told, since there are several. */
  named: boolean;
}) {
  const classes = useStyles();
  const [all, setAll] = useState(false);
  const { commits, more, back } = change;
  const shown = all ? commits : commits.slice(0, FIRST);
  const amount = `${commits.length}${more ? ' and more' : ''}`;
  const label = `${named ? `${imageName(change.repository)}: ` : ''}${amount} ${
    commits.length === 1 ? 'commit' : 'commits'
  } ${back ? 'taken back' : 'new'}`;
  return (
    <>
      <Typography variant="body2" color="textSecondary" gutterBottom>
        {label}
      </Typography>
      <ul className={classes.list} aria-label={label}>
        {shown.map(({ sha, url, message, author, committedAt }) => (
          <li key={sha} className={classes.commit}>
            <span className={classes.sha}>
              <OutLink to={url}>{sha.slice(0, 7)}</OutLink>
            </span>
            <Typography
              variant="body2"
              className={classes.message}
              title={message}
            >
              {message}
            </Typography>
            <span className={classes.who}>
              {author} · <RelativeTime at={committedAt} />
            </span>
          </li>
        ))}
      </ul>
      {!all && commits.length > FIRST && (
        <Button size="small" onClick={() => setAll(true)}>
          Show {commits.length - FIRST} more
        </Button>
      )}
    </>
  );
}
