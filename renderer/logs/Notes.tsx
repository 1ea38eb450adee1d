import { type SubmitEvent, useState } from 'react';
import { bookmarkText, noteLengthMax } from '../../main/model/note.js';
import type { LogRow } from '../../main/contract/frames.js';
import { useLiveFigures } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Glyph } from '../components/Glyph.js';
import type { LogActions } from './logActions.js';

/** Notes about a line. They are records: on disk, in exports and in CloudWatch beside the line that they are about. */
export function Notes({ row, actions }: { readonly row: LogRow; readonly actions: LogActions }) {
  const { live } = useLiveFigures();
  const [text, setText] = useState('');
  const notes = live.notes.about(row);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (text.trim() === '') return;
    void actions.note(row, text).then((written) => {
      if (written) setText('');
    });
  };
  return (
    <section className="log-notes" aria-label="Notes">
      {notes.map((note) => (
        <div key={note.position} className="log-note" data-testid="log-note">
          <Glyph name="bookmark" />
          <span className="selectable">{note.text}</span>
          <button
            type="button"
            className="icon-button"
            aria-label={note.text === bookmarkText ? 'Take the bookmark away' : `Take back the note ${note.text}`}
            onClick={() => void actions.takeNoteBack(row, note)}
          >
            <Glyph name="close" />
          </button>
        </div>
      ))}
      <form className="log-note-form" onSubmit={submit}>
        <input
          className="text-input"
          aria-label="A note about this line; it is kept and sent with the records"
          placeholder="add a note; it travels with the data"
          data-testid="note-text"
          maxLength={noteLengthMax}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
          }}
        />
        {text.trim() !== '' && <Button type="submit">Add</Button>}
      </form>
    </section>
  );
}
