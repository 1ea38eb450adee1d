import { closeNotice, usePage } from '../stores/pageStore.js';
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
