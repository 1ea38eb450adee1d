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
import { useSession } from '../bridge/useSession.js';
import type { ConfigIssueMessage } from './configTypes.js';
import { editorTheme } from './editorTheme.js';
import { applyFix, asDiagnostic, markDecorations, setMarks } from './issueDecorations.js';

export interface ConfigEditorHandle {
  goTo(line: number, column: number): void;
  applyFix(issue: ConfigIssueMessage): void;
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
          editorTheme,
          EditorView.contentAttributes.of({ 'aria-label': 'Robot file', 'data-testid': 'config-text' }),
          keymap.of([
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
            if (update.docChanged) handlers.current.change(update.state.doc.toString());
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
    if (view === null || view.state.doc.toString() === text) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const view = editor.current;
    if (view === null) return;
    const diagnostics = issues.map((issue) => asDiagnostic(view.state.doc, issue));
    view.dispatch(setDiagnostics(view.state, diagnostics));
    view.dispatch({ effects: setMarks.of({ issues, savedText }) });
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
  }));

  return <div ref={place} className="config-editor" data-testid="config-editor" />;
}
