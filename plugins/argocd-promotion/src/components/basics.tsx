import { ReactNode, useEffect, useRef, useState } from 'react';
import { parseEntityRef } from '@backstage/catalog-model';
import { Link } from '@backstage/core-components';
import { useEntityPresentation } from '@backstage/plugin-catalog-react';
import IconButton from '@material-ui/core/IconButton';
import Tooltip from '@material-ui/core/Tooltip';
import { makeStyles } from '@material-ui/core/styles';
import CancelIcon from '@material-ui/icons/Cancel';
import CheckCircleIcon from '@material-ui/icons/CheckCircle';
import CopyIcon from '@material-ui/icons/FileCopyOutlined';
import HelpIcon from '@material-ui/icons/HelpOutline';
import RemoveIcon from '@material-ui/icons/RemoveCircleOutline';
import ScheduleIcon from '@material-ui/icons/Schedule';
import WarningIcon from '@material-ui/icons/ReportProblem';
import useCopyToClipboard from 'react-use/esm/useCopyToClipboard';
import { useNow } from '../hooks/clock';
import { Tone } from '../model/answers';
import { asEntityRef, personName, splitRefs } from '../model/people';
import { shortDigest } from '../model/release';
import { splitForMiddleCut, splitIds, webUrl } from '../model/text';
import { clockTime, exactTime, relativeTime, splitTimes } from '../model/time';
import { MONO, toneBackground, toneColor, useSharedStyles } from './theme';

const useStyles = makeStyles(
  theme => ({
    icon: { fontSize: 16, verticalAlign: '-3px', marginRight: 6, flex: 'none' },
    ok: { color: toneColor(theme, 'ok') },
    warn: { color: toneColor(theme, 'warn') },
    bad: { color: toneColor(theme, 'bad') },
    wait: { color: toneColor(theme, 'wait') },
    unknown: { color: toneColor(theme, 'unknown') },
    none: { color: toneColor(theme, 'none') },
    cut: {
      display: 'inline-flex',
      maxWidth: '100%',
      minWidth: 0,
      // Stands in one line with the words around it, whatever their size.
      alignItems: 'baseline',
      verticalAlign: 'baseline',
    },
    head: {
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
      // Tables of Backstage set 1, which would cut descenders off.
      lineHeight: 1.4,
    },
    tail: { lineHeight: 1.4, whiteSpace: 'nowrap', flex: 'none' },
    tag: {
      display: 'inline-block',
      border: `1px solid ${theme.palette.divider}`,
      borderRadius: 10,
      padding: '0 8px',
      fontSize: 12,
      lineHeight: '18px',
      color: theme.palette.text.secondary,
      maxWidth: '100%',
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
      verticalAlign: 'middle',
    },
    digest: { fontFamily: MONO, fontWeight: 600, letterSpacing: '-0.01em' },
    copy: { padding: 4, margin: '0 4px' },
    copyIcon: { fontSize: 14 },
    '@keyframes mark': {
      from: { backgroundColor: toneBackground(theme, 'wait') },
      to: { backgroundColor: 'transparent' },
    },
    marked: {
      borderRadius: 3,
      '@media (prefers-reduced-motion: no-preference)': {
        animation: '$mark 2.5s ease-out',
      },
    },
  }),
  { name: 'ArgocdPromotionBasics' },
);

const ICONS = {
  ok: CheckCircleIcon,
  warn: WarningIcon,
  bad: CancelIcon,
  wait: ScheduleIcon,
  unknown: HelpIcon,
  none: RemoveIcon,
};

/** The icon of a tone: a shape of its own for each, since colour alone says nothing to many. */
export function ToneIcon({ tone }: { tone: Tone }) {
  const classes = useStyles();
  const Icon = ICONS[tone];
  return <Icon aria-hidden className={`${classes.icon} ${classes[tone]}`} />;
}

/** A name that loses its middle when there is no room; the whole is on hover, and what is read aloud and copied. */
export function Name({
  text,
  className,
}: {
  text: string;
  className?: string;
}) {
  const classes = useStyles();
  const { head, tail } = splitForMiddleCut(text);
  return (
    <span className={`${classes.cut} ${className ?? ''}`} title={text}>
      <span className={classes.head}>{head}</span>
      {tail && <span className={classes.tail}>{tail}</span>}
    </span>
  );
}

export function RelativeTime({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={exactTime(at)}>
      {relativeTime(at, now)}
    </time>
  );
}

/** A sentence of the backend, with its exact times as people read them and people by their names in the catalog. */
export function Sentence({ text }: { text: string }) {
  const now = useNow();
  // The parts of one sentence keep their places.
  /* eslint-disable react/no-array-index-key */
  return (
    <>
      {splitTimes(text).map((part, index) =>
        part.time ? (
          <time key={index} dateTime={part.text} title={exactTime(part.text)}>
            {clockTime(part.text, now)}
          </time>
        ) : (
          splitRefs(part.text).map((piece, place) =>
            piece.ref ? (
              <Person key={`${index} ${place}`} who={piece.text} />
            ) : (
              splitIds(piece.text).map(({ text: words, id }, at) =>
                id ? (
                  <span key={`${index} ${place} ${at}`} title={words}>
                    {words.slice(0, 8)}
                  </span>
                ) : (
                  words
                ),
              )
            ),
          )
        ),
      )}
    </>
  );
  /* eslint-enable react/no-array-index-key */
}

export function Tag({ text }: { text: string }) {
  const classes = useStyles();
  return (
    <span className={classes.tag} title={`tag ${text}`}>
      {text}
    </span>
  );
}

/** Copies a text and says so for a moment. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const classes = useStyles();
  const [, copy] = useCopyToClipboard();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Tooltip title={copied ? 'Copied' : label}>
      <IconButton
        className={classes.copy}
        size="small"
        aria-label={copied ? 'Copied' : label}
        onClick={() => {
          copy(text);
          setCopied(true);
        }}
      >
        <CopyIcon className={classes.copyIcon} />
      </IconButton>
    </Tooltip>
  );
}

/** A digest: eight digits to read, the whole to copy. */
export function Digest({
  digest,
  size = 14,
  copy = false,
}: {
  digest: string;
  size?: number;
  copy?: boolean;
}) {
  const classes = useStyles();
  return (
    <>
      <span
        className={classes.digest}
        style={{ fontSize: size }}
        title={digest}
      >
        {shortDigest(digest)}
      </span>
      {copy && (
        <CopyButton
          text={digest}
          label={`Copy digest ${shortDigest(digest)}`}
        />
      )}
    </>
  );
}

function CatalogName({ entityRef }: { entityRef: string }) {
  const { primaryTitle } = useEntityPresentation(entityRef, {
    // Only then is the kind left out of the name where the catalog has none.
    defaultKind: parseEntityRef(entityRef).kind,
  });
  return <span title={entityRef}>{primaryTitle}</span>;
}

/** Somebody: with the catalog's name when it is an entity. */
export function Person({ who }: { who: string }) {
  const ref = asEntityRef(who);
  return ref ? <CatalogName entityRef={ref} /> : <>{personName(who)}</>;
}

/** A link out of Backstage, when the address is one that may be linked; else its text. */
export function OutLink({
  to,
  children,
  label,
}: {
  to?: string;
  children: ReactNode;
  label?: string;
}) {
  const url = webUrl(to);
  if (!url) return <>{children}</>;
  return (
    <Link to={url} aria-label={label}>
      {children}
    </Link>
  );
}

/** Marks its content for a moment when `value` changes, without moving anything. */
export function Mark({
  value,
  children,
}: {
  value: string | undefined;
  children: ReactNode;
}) {
  const classes = useStyles();
  const before = useRef(value);
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    if (before.current !== value) {
      before.current = value;
      setChanges(amount => amount + 1);
    }
  }, [value]);
  return (
    <span key={changes} className={changes > 0 ? classes.marked : undefined}>
      {children}
    </span>
  );
}

/** Text to paste, with a button that copies it. */
export function CodeToCopy({ code }: { code: string }) {
  const shared = useSharedStyles();
  return (
    <div
      className={shared.panel}
      style={{ display: 'flex', alignItems: 'flex-start', marginTop: 8 }}
    >
      <pre
        className={shared.mono}
        style={{
          margin: 0,
          padding: 12,
          overflow: 'auto',
          flex: 1,
          minWidth: 0,
        }}
        // Scrollable regions must be reachable by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label="YAML to paste"
      >
        {code}
      </pre>
      <CopyButton text={code} label="Copy YAML" />
    </div>
  );
}
