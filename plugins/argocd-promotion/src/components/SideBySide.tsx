import { useEffect, useRef } from 'react';
import { StreamLanguage } from '@codemirror/language';
import { yaml } from '@codemirror/legacy-modes/mode/yaml';
import { MergeView } from '@codemirror/merge';
import { EditorState, Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useTheme } from '@material-ui/core/styles';
import { Theme } from '@material-ui/core/styles';
import { MONO, toneBackground } from './theme';

function look(theme: Theme): Extension {
  const { palette } = theme;
  return EditorView.theme(
    {
      '&': {
        backgroundColor: palette.background.paper,
        color: palette.text.primary,
        fontSize: '12.5px',
      },
      '.cm-content, .cm-gutters': { fontFamily: MONO, lineHeight: '1.6' },
      '.cm-gutters': {
        backgroundColor: 'transparent',
        color: palette.text.secondary,
        border: 'none',
      },
      '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': {
        backgroundColor: toneBackground(theme, 'ok'),
      },
      '&.cm-merge-b .cm-changedLine': {
        backgroundColor: toneBackground(theme, 'warn'),
      },
      '&.cm-merge-a .cm-changedText, &.cm-merge-b .cm-changedText': {
        background: palette.action.selected,
        borderRadius: '2px',
      },
      '.cm-collapsedLines': {
        background: palette.action.hover,
        color: palette.text.secondary,
        fontFamily: theme.typography.fontFamily ?? 'sans-serif',
        '&:before': { content: '"⋯"' },
        '&:after': { content: '"⋯"' },
      },
      // Red and green would say that one side is wrong.
      '&.cm-merge-a .cm-changedLineGutter, &.cm-merge-b .cm-changedLineGutter':
        { background: palette.text.disabled },
    },
    { dark: palette.type === 'dark' },
  );
}

/** Two texts beside each other, what is equal folded, to read and not to edit. */
export default function SideBySide(props: { git: string; live: string }) {
  const { git, live } = props;
  const parent = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  useEffect(() => {
    if (!parent.current) return undefined;
    const side = (doc: string, label: string) => ({
      doc,
      extensions: [
        lineNumbers(),
        StreamLanguage.define(yaml),
        EditorState.readOnly.of(true),
        EditorView.editable.of(false),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        look(theme),
      ],
    });
    const view = new MergeView({
      a: side(git, 'What git asks for'),
      b: side(live, 'What the cluster has'),
      parent: parent.current,
      gutter: true,
      highlightChanges: true,
      collapseUnchanged: { margin: 3, minSize: 6 },
      // An object of 2 MB must not hold up the page: beyond that, whole lines are compared.
      diffConfig: { scanLimit: 2_000, timeout: 500 },
    });
    return () => view.destroy();
  }, [git, live, theme]);
  return <div ref={parent} style={{ maxHeight: 480, overflow: 'auto' }} />;
}
