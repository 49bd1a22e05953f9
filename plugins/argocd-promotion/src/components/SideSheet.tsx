import { ReactNode } from 'react';
import Button from '@material-ui/core/Button';
import Drawer from '@material-ui/core/Drawer';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';

const useStyles = makeStyles(
  theme => ({
    paper: { width: 'min(880px, 100vw)', padding: theme.spacing(3) },
    head: { display: 'flex', alignItems: 'flex-start' },
    title: { flex: 1, minWidth: 0 },
  }),
  { name: 'ArgocdPromotionSideSheet' },
);

/** A dialog at the side of the page, for lists that are looked at beside the lanes. */
export function SideSheet(props: {
  title: ReactNode;
  titleId: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const classes = useStyles();
  return (
    <Drawer
      open
      anchor="right"
      onClose={props.onClose}
      classes={{ paper: classes.paper }}
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
      {props.children}
    </Drawer>
  );
}
