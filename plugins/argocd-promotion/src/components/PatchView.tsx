import { makeStyles } from '@material-ui/core/styles';
import { FileEdit } from '@fairway/backstage-plugin-argocd-promotion-common';
import { parsePatch, PatchLine, sharedIndent } from '../model/patch';
import { shortRepository } from '../model/text';
import { Name } from './basics';
import { MONO, toneBackground, useSharedStyles } from './theme';

const useStyles = makeStyles(
  theme => ({
    root: { overflow: 'hidden', marginBottom: theme.spacing(1.5) },
    head: {
      display: 'flex',
      justifyContent: 'space-between',
      gap: theme.spacing(2),
      padding: theme.spacing(1, 1.5),
      borderBottom: `1px solid ${theme.palette.divider}`,
      background: theme.palette.action.hover,
      fontFamily: MONO,
      fontSize: 12,
    },
    body: { overflowX: 'auto' },
    table: {
      borderCollapse: 'collapse',
      width: '100%',
      fontFamily: MONO,
      fontSize: 12.5,
      lineHeight: 1.6,
    },
    number: {
      color: theme.palette.text.secondary,
      textAlign: 'right',
      padding: '0 8px',
      width: 1,
      userSelect: 'none',
    },
    sign: { padding: '0 8px', width: 1, userSelect: 'none' },
    text: { whiteSpace: 'pre', paddingRight: 12 },
    wrapped: {
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
      paddingRight: 12,
    },
    removed: { background: toneBackground(theme, 'bad') },
    added: { background: toneBackground(theme, 'ok') },
  }),
  { name: 'ArgocdPromotionPatch' },
);

const SIGNS: Record<PatchLine['kind'], string> = {
  removed: '−',
  added: '+',
  context: '',
  gap: '…',
  note: '',
};
const SPOKEN: Partial<Record<PatchLine['kind'], string>> = {
  removed: 'removed: ',
  added: 'added: ',
};

/** The lines of a patch. Signs and words say what is removed and added, not colour alone. */
export function PatchLines({
  patch,
  compact = false,
}: {
  patch: string;
  /** Without the indentation that all lines share, long ones wrapped: for excerpts that are not copied from. */
  compact?: boolean;
}) {
  const classes = useStyles();
  const shared = useSharedStyles();
  const { lines } = parsePatch(patch);
  const cut = compact ? sharedIndent(lines) : 0;
  return (
    <div className={classes.body}>
      <table className={classes.table}>
        <tbody>
          {lines.map((line, index) => (
            <tr
              // Lines have no other identity than their place.
              // eslint-disable-next-line react/no-array-index-key
              key={index}
              className={
                line.kind === 'removed' || line.kind === 'added'
                  ? classes[line.kind]
                  : undefined
              }
            >
              <td className={classes.number}>{line.before ?? line.after}</td>
              <td className={classes.sign} aria-hidden>
                {SIGNS[line.kind]}
              </td>
              <td className={compact ? classes.wrapped : classes.text}>
                {SPOKEN[line.kind] && (
                  <span className={shared.hidden}>{SPOKEN[line.kind]}</span>
                )}
                {line.text.slice(cut)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The exact change of one file. */
export function PatchView({
  edit,
  commit,
}: {
  edit: FileEdit;
  commit?: string;
}) {
  const classes = useStyles();
  const shared = useSharedStyles();
  return (
    <div
      className={`${shared.panel} ${classes.root}`}
      role="group"
      aria-label={`Change of ${edit.path}`}
    >
      <div className={classes.head}>
        <Name text={`${shortRepository(edit.repo)} · ${edit.path}`} />
        <span className={shared.quiet}>
          on {edit.branch}
          {commit && ` at ${commit.slice(0, 7)}`}
        </span>
      </div>
      <PatchLines patch={edit.patch} />
    </div>
  );
}
