import { closeNotice, type Notice, usePage } from '../stores/pageStore.js';
import { Button } from './Button.js';
import { Glyph } from './Glyph.js';

/** What happened and what to do about it, calmly, in the corner. Bad news stays until it is closed. */
export function Notices() {
  const notices = usePage((page) => page.notices);
  return (
    <div className="notices" role="status" aria-live="polite">
      {notices.map((notice) => (
        <div key={notice.id} className={`notice notice-${notice.tone}`} data-testid="notice">
          <div className="selectable">
            <p className="strong">{notice.title}</p>
            {notice.text !== '' && <p className="muted">{notice.text}</p>}
          </div>
          {notice.undo !== null && <UndoButton notice={notice} />}
          <button
            type="button"
            className="icon-button"
            aria-label="Close this notice"
            onClick={() => {
              closeNotice(notice.id);
            }}
          >
            <Glyph name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}

function UndoButton({ notice }: { readonly notice: Notice }) {
  return (
    <Button
      className="notice-undo"
      data-testid="notice-undo"
      onClick={() => {
        closeNotice(notice.id);
        void notice.undo?.run();
      }}
    >
      Undo
    </Button>
  );
}
