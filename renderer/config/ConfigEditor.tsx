import { completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { indentUnit } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import type { TextChange } from '../../main/config/text/spotsInText.js';
import { useSession } from '../bridge/useSession.js';
import type { ConfigIssueMessage } from './configTypes.js';
import { editorTheme } from './editorTheme.js';
import { applyFix, asDiagnostic, markDecorations, setMarks } from './issueDecorations.js';
import { changeWithoutReturns, hasReturns, withoutReturns, withReturns } from './lineEnds.js';
import { schemaHelp } from './schemaHelp.js';

export interface ConfigEditorHandle {
  goTo(line: number, column: number): void;
  applyFix(issue: ConfigIssueMessage): void;
  /** Edits of the form, which Ctrl+Z takes back like typed ones. */
  applyChanges(changes: readonly TextChange[]): void;
}

interface ConfigEditorProps {
  /** The text as it is now; a text that the editor did not write itself replaces its content. */
  readonly text: string;
  readonly savedText: string;
  readonly issues: readonly ConfigIssueMessage[];
  readonly change: (text: string) => void;
  readonly save: () => void;
  readonly ref: Ref<ConfigEditorHandle>;
}

export function ConfigEditor({ text, savedText, issues, change, save, ref }: ConfigEditorProps) {
  const { facts } = useSession();
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const handlers = useRef({ change, save });
  const outer = useRef(text);
  /** The file's lines end with carriage returns, which the editor does not see. */
  const returns = useRef(hasReturns(text));
  useEffect(() => {
    handlers.current = { change, save };
  });

  useEffect(() => {
    if (place.current === null) return;
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        extensions: [
          EditorView.cspNonce.of(facts.styleNonce),
          // Carriage returns of a file that mixes both stay characters: opening and saving a file must change no byte of it.
          EditorState.lineSeparator.of('\n'),
          lineNumbers(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          history(),
          drawSelection(),
          search({ top: true }),
          highlightSelectionMatches(),
          indentUnit.of('  '),
          yaml(),
          markDecorations,
          schemaHelp,
          editorTheme,
          EditorView.contentAttributes.of({ 'aria-label': 'Robot file', 'data-testid': 'config-text' }),
          keymap.of([
            ...completionKeymap,
            {
              key: 'Mod-s',
              run: () => {
                handlers.current.save();
                return true;
              },
            },
            ...defaultKeymap,
            ...historyKeymap,
            ...searchKeymap,
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            const typed = update.state.doc.toString();
            outer.current = returns.current ? withReturns(typed) : typed;
            handlers.current.change(outer.current);
          }),
        ],
      }),
    });
    editor.current = view;
    return () => {
      view.destroy();
      editor.current = null;
    };
  }, [facts.styleNonce]);

  useEffect(() => {
    const view = editor.current;
    if (view === null) return;
    if (outer.current !== text && text.includes('\n')) returns.current = hasReturns(text);
    outer.current = text;
    const now = view.state.doc.toString();
    const shown = returns.current ? withoutReturns(text) : text;
    if (now !== shown) view.dispatch({ changes: differenceOf(now, shown) });
  }, [text]);

  useEffect(() => {
    const view = editor.current;
    if (view === null) return;
    const diagnostics = issues.map((issue) => asDiagnostic(view.state.doc, issue));
    view.dispatch(setDiagnostics(view.state, diagnostics));
    view.dispatch({
      effects: setMarks.of({ issues, savedText: returns.current ? withoutReturns(savedText) : savedText }),
    });
  }, [issues, savedText, text]);

  useImperativeHandle(ref, () => ({
    goTo: (line, column) => {
      const view = editor.current;
      if (view === null) return;
      const found = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
      const anchor = Math.min(found.to, found.from + Math.max(0, column - 1));
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
      view.focus();
    },
    applyFix: (issue) => {
      if (editor.current !== null) applyFix(editor.current, issue);
    },
    applyChanges: (changes) => {
      const view = editor.current;
      const first = changes[0];
      if (view === null || first === undefined) return;
      view.dispatch({
        changes: changes.map((change) =>
          returns.current ? changeWithoutReturns(outer.current, change) : { ...change },
        ),
        effects: EditorView.scrollIntoView(Math.min(first.from, view.state.doc.length), {
          y: 'nearest',
          yMargin: 60,
        }),
        userEvent: 'input.form',
      });
    },
  }));

  return <div ref={place} className="config-editor" data-testid="config-editor" />;
}

/** The part that differs, so that cursor and folds outside it stay. */
function differenceOf(before: string, after: string): { from: number; to: number; insert: string } {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const tailMax = Math.min(before.length, after.length) - head;
  while (tail < tailMax && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { from: head, to: before.length - tail, insert: after.slice(head, after.length - tail) };
}
