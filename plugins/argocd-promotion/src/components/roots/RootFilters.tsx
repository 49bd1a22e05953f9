import MenuItem from '@material-ui/core/MenuItem';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import ToggleButton from '@material-ui/lab/ToggleButton';
import ToggleButtonGroup from '@material-ui/lab/ToggleButtonGroup';
import { makeStyles } from '@material-ui/core/styles';
import { FILTERS, StateFilter } from '../../model/roots/state';
import { Filter } from '../../model/roots/tree';
import { count } from '../../model/text';

export type Shape = 'tree' | 'graph';

const useStyles = makeStyles(
  theme => ({
    bar: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1.5),
      margin: theme.spacing(1.5, 0),
    },
    search: { flex: '1 1 240px', maxWidth: 420 },
    state: { minWidth: 200 },
    shape: {
      textTransform: 'none',
      padding: '6px 16px',
      // Material UI draws what is not chosen as if it could not be.
      color: theme.palette.text.secondary,
      '&.Mui-selected': { color: theme.palette.text.primary },
    },
    found: { marginLeft: 'auto' },
  }),
  { name: 'ArgocdPromotionRootFilters' },
);

/** What to show of a root, and as what. */
export function RootFilters(props: {
  filter: Filter;
  onFilter: (filter: Filter) => void;
  shape: Shape;
  onShape: (shape: Shape) => void;
  found: number;
  total: number;
}) {
  const { filter, onFilter, shape, onShape, found, total } = props;
  const classes = useStyles();
  return (
    <div className={classes.bar}>
      <TextField
        className={classes.search}
        size="small"
        variant="outlined"
        id="argocd-promotion-root-search"
        label="Search by name, namespace or project"
        value={filter.text}
        onChange={event => onFilter({ ...filter, text: event.target.value })}
      />
      <TextField
        className={classes.state}
        select
        size="small"
        variant="outlined"
        id="argocd-promotion-root-state"
        label="State"
        value={filter.state}
        SelectProps={{
          SelectDisplayProps: {
            id: 'argocd-promotion-root-state-value',
          },
        }}
        onChange={event =>
          onFilter({ ...filter, state: event.target.value as StateFilter })
        }
      >
        {FILTERS.map(({ id, label }) => (
          <MenuItem key={id} value={id}>
            {label}
          </MenuItem>
        ))}
      </TextField>
      <ToggleButtonGroup
        exclusive
        size="small"
        value={shape}
        aria-label="Show as"
        onChange={(_, value: Shape | null) => value && onShape(value)}
      >
        <ToggleButton value="tree" className={classes.shape}>
          Tree
        </ToggleButton>
        <ToggleButton value="graph" className={classes.shape}>
          Graph
        </ToggleButton>
      </ToggleButtonGroup>
      <Typography
        variant="body2"
        color="textSecondary"
        role="status"
        className={classes.found}
      >
        {found === total ? count(total, 'node') : `${found} of ${total}`}
      </Typography>
    </div>
  );
}
