import { makeStyles } from '@material-ui/core/styles';
import { toneBackground } from '../theme';

/** What the parts of a lane share, so that their edges stand in line. */
export const useLaneStyles = makeStyles(
  theme => ({
    lane: {
      display: 'grid',
      gridTemplateColumns: 'minmax(0, 1fr)',
      gridTemplateRows: 'auto auto auto 1fr auto',
      '@supports (grid-template-rows: subgrid)': {
        gridTemplateRows: 'subgrid',
      },
      minWidth: 0,
      overflow: 'hidden',
    },
    head: {
      padding: theme.spacing(1.5, 2, 1.25),
      borderBottom: `1px solid ${theme.palette.divider}`,
      minWidth: 0,
    },
    title: { fontSize: 16, fontWeight: 700, margin: 0 },
    release: { padding: theme.spacing(1.5, 2, 1.25) },
    small: {
      fontSize: 12.5,
      color: theme.palette.text.secondary,
      overflowWrap: 'anywhere',
    },
    note: {
      padding: theme.spacing(1, 2),
      borderTop: `1px solid ${theme.palette.divider}`,
      fontSize: 12.5,
      overflowWrap: 'anywhere',
    },
    alarming: { background: toneBackground(theme, 'bad') },
    foot: {
      display: 'flex',
      flexDirection: 'column',
      padding: theme.spacing(0.5, 1),
      borderTop: `1px solid ${theme.palette.divider}`,
    },
    link: {
      padding: theme.spacing(0.5, 1),
      fontSize: 13,
      minWidth: 0,
      textTransform: 'none',
    },
  }),
  { name: 'ArgocdPromotionLane' },
);
