import {
  darken,
  fade,
  getContrastRatio,
  lighten,
  makeStyles,
  Theme,
} from '@material-ui/core/styles';
import { Tone } from '../model/answers';

/** Moves a theme's colour until it can be read on its background, so that any company's theme works. */
export function readable(
  color: string,
  background: string,
  ratio = 4.5,
): string {
  const lightBackground =
    getContrastRatio(background, '#000') > getContrastRatio(background, '#fff');
  let result = color;
  for (
    let step = 0;
    step < 10 && getContrastRatio(result, background) < ratio;
    step++
  ) {
    result = lightBackground ? darken(result, 0.12) : lighten(result, 0.12);
  }
  return result;
}

/** The colour that supports a tone; it never stands alone. */
export function toneColor(theme: Theme, tone: Tone): string {
  const { palette } = theme;
  const base = {
    ok: palette.success.main,
    warn: palette.warning.main,
    bad: palette.error.main,
    wait: palette.info.main,
    unknown: palette.text.secondary,
    none: palette.text.secondary,
  }[tone];
  return tone === 'unknown' || tone === 'none'
    ? base
    : readable(base, palette.background.paper);
}

export function toneBackground(
  theme: Theme,
  tone: 'ok' | 'warn' | 'bad' | 'wait',
): string {
  return fade(
    toneColor(theme, tone),
    theme.palette.type === 'dark' ? 0.2 : 0.1,
  );
}

export const MONO =
  "ui-monospace, 'SF Mono', Menlo, 'DejaVu Sans Mono', Consolas, monospace";

/** Classes that many components share. */
export const useSharedStyles = makeStyles(
  theme => ({
    mono: { fontFamily: MONO, fontSize: '0.9em' },
    root: {
      fontFamily: theme.typography.fontFamily,
      color: theme.palette.text.primary,
      fontSize: 14,
      lineHeight: 1.35,
      '& button': { textTransform: 'none' },
    },
    /** Buttons of dialogs read like those of the page. */
    dialog: { '& button': { textTransform: 'none' } },
    quiet: { color: theme.palette.text.secondary },
    hidden: {
      border: 0,
      clip: 'rect(0 0 0 0)',
      height: 1,
      margin: -1,
      overflow: 'hidden',
      padding: 0,
      position: 'absolute',
      whiteSpace: 'nowrap',
      width: 1,
    },
    panel: {
      background: theme.palette.background.paper,
      border: `1px solid ${theme.palette.divider}`,
      borderRadius: theme.shape.borderRadius * 2,
    },
  }),
  { name: 'ArgocdPromotionShared' },
);
