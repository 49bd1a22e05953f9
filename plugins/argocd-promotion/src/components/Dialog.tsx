import MuiDialog, { DialogProps } from '@material-ui/core/Dialog';
import { useSharedStyles } from './theme';

/** A dialog whose buttons are written as those of the page are. */
export function Dialog(props: DialogProps) {
  const { dialog } = useSharedStyles();
  return <MuiDialog {...props} classes={{ paper: dialog }} />;
}
