import Typography from '@material-ui/core/Typography';
import { LiveMode } from '../hooks/usePipeline';
import { ToneIcon } from './basics';
import { useSharedStyles } from './theme';

/** How current the page is. */
export function LiveIndicator({
  live,
  failing,
}: {
  live: LiveMode;
  failing: boolean;
}) {
  const shared = useSharedStyles();
  const text = live === 'signals' ? 'live' : 'looks every 10 s';
  return (
    <Typography variant="body2" component="span" className={shared.quiet}>
      <ToneIcon tone={failing ? 'unknown' : 'ok'} />
      {failing ? 'not current, trying again' : text}
    </Typography>
  );
}
