import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** The editor in the page's tokens: it follows every theme by itself. */
const look = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'transparent', color: 'var(--text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--font-code)',
    fontSize: '1rem',
    fontWeight: 'var(--weight-code)',
    lineHeight: '1.72',
  },
  '.cm-content': { padding: '0.9rem 0', caretColor: 'var(--accent)' },
  '.cm-line': { padding: '0 1rem 0 0.6rem' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'var(--selected)',
  },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--muted)' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '3rem', padding: '0 0.7rem 0 0.6rem' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--hover)' },
  '&.cm-focused .cm-activeLineGutter': { backgroundColor: 'var(--hover)', color: 'var(--text)' },
  '.cm-changedLine': { boxShadow: 'inset 3px 0 0 var(--accent)' },
  '.cm-wrongLine': { boxShadow: 'inset 3px 0 0 var(--error)' },
  '.cm-doubtfulLine': { boxShadow: 'inset 3px 0 0 var(--warn)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--error)',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--warn)',
    textUnderlineOffset: '3px',
  },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--panel)',
    boxShadow: 'var(--shadow)',
    color: 'var(--text)',
    fontFamily: 'var(--font-text)',
  },
  '.cm-diagnostic': { padding: '0.5rem 0.8rem', borderLeftWidth: '3px' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--error)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
  '.cm-diagnosticAction': {
    padding: '0.1rem 0.6rem',
    borderRadius: 'var(--radius-small)',
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cm-panels': { backgroundColor: 'var(--panel)', color: 'var(--text)', borderColor: 'var(--line)' },
  '.cm-panel input, .cm-panel button': {
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius-small)',
    background: 'var(--raised)',
    color: 'var(--text)',
  },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-soft)', outline: '1px solid var(--warn)' },
  '.cm-inlineIssue': {
    marginLeft: '2.2em',
    fontFamily: 'var(--font-text)',
    fontSize: '0.93em',
    fontWeight: 'var(--weight)',
    whiteSpace: 'nowrap',
  },
  '.cm-inlineIssue-error': { color: 'var(--error)' },
  '.cm-inlineIssue-warning': { color: 'var(--warn)' },
  '.cm-inlineIssue button': {
    marginLeft: '0.7em',
    padding: '0 0.6em',
    border: '1px solid currentColor',
    borderRadius: 'var(--radius-small)',
    background: 'transparent',
    color: 'inherit',
    font: 'inherit',
    cursor: 'pointer',
  },
  '.cm-inlineIssue button:hover': { background: 'var(--raised)' },
});

const highlight = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--info)' },
  { tag: tags.string, color: 'var(--accent)' },
  { tag: [tags.separator, tags.punctuation, tags.bracket], color: 'var(--muted)' },
  { tag: [tags.meta, tags.keyword], color: 'var(--fatal)' },
]);

export const editorTheme: Extension = [look, syntaxHighlighting(highlight)];
