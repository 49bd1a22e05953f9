import TextField from '@material-ui/core/TextField';
import Autocomplete from '@material-ui/lab/Autocomplete';
import { TrainCandidate } from '../../hooks/useTrainCandidates';

/** A train has at most 25 members, one of which is the service of the page. */
const MOST_OTHERS = 24;

/** Chooses services that are promoted together with the one of the page. */
export function TrainPicker(props: {
  candidates: TrainCandidate[];
  chosen: string[];
  disabled: boolean;
  onChange: (entityRefs: string[]) => void;
}) {
  const { candidates, chosen, disabled, onChange } = props;
  const full = chosen.length >= MOST_OTHERS;
  return (
    <Autocomplete
      multiple
      size="small"
      disabled={disabled}
      options={candidates}
      value={candidates.filter(({ entityRef }) => chosen.includes(entityRef))}
      groupBy={({ group }) => group}
      getOptionLabel={({ title }) => title}
      getOptionSelected={(one, other) => one.entityRef === other.entityRef}
      getOptionDisabled={({ entityRef }) => full && !chosen.includes(entityRef)}
      disableCloseOnSelect
      filterSelectedOptions
      onChange={(_, value) => onChange(value.map(({ entityRef }) => entityRef))}
      renderInput={params => (
        <TextField
          {...params}
          label="Together with (optional)"
          helperText="They leave as one, when the gates of each are open."
        />
      )}
    />
  );
}
