import { ReactNode } from 'react';
import Button from '@material-ui/core/Button';
import Drawer from '@material-ui/core/Drawer';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useSharedStyles } from './theme';

const useStyles = makeStyles(
  theme => ({
    paper: { width: 'min(880px, 100vw)', padding: theme.spacing(3) },
    head: { display: 'flex', alignItems: 'flex-start' },
    title: { flex: 1, minWidth: 0 },
    heading: {
      fontSize: 16,
      fontWeight: 600,
      margin: theme.spacing(3, 0, 1),
    },
  }),
  { name: 'ArgocdPromotionSideSheet' },
);

/** The title of a part of a sheet. */
export function SheetHeading({ children }: { children: ReactNode }) {
  const classes = useStyles();
  return <h3 className={classes.heading}>{children}</h3>;
}

/** A dialog at the side of the page, for lists that are looked at beside the lanes. */
export function SideSheet(props: {
  title: ReactNode;
  titleId: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const classes = useStyles();
  const shared = useSharedStyles();
  return (
    <Drawer
      open
      anchor="right"
      onClose={props.onClose}
      classes={{ paper: `${classes.paper} ${shared.dialog}` }}
      PaperProps={{
        role: 'dialog',
        'aria-modal': true,
        'aria-labelledby': props.titleId,
      }}
    >
      <div className={classes.head}>
        <Typography
          variant="h6"
          component="h2"
          id={props.titleId}
          className={classes.title}
        >
          {props.title}
        </Typography>
        <Button onClick={props.onClose}>Close</Button>
      </div>
      {/* The paper is a flex box, in which what scrolls by itself would shrink to nothing. */}
      <div className={shared.root}>{props.children}</div>
    </Drawer>
  );
}
