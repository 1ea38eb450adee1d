import type { CallOutput } from '../../main/contract/calls.js';
import type { EditKind } from '../../main/model/EditKind.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { formatQuantity } from '../format/formatCount.js';
import { formatTimeS } from '../format/formatTime.js';
import { notify } from '../stores/pageStore.js';
import { editTimeoutMs } from './selectionActions.js';

const editWords: Readonly<Record<EditKind, string>> = {
  redacted: 'redacted',
  redirected: 'sent somewhere else',
  'time-shifted': 'moved in time',
};

/** Changes whose originals are still on this disk: each can be undone, or confirmed for good. */
export function OpenEdits(props: { readonly robot: string; readonly edits: CallOutput<'cache.edits'> }) {
  const { robot, edits } = props;
  const session = useSession();
  if (edits.length === 0) return null;
  const end = async (how: 'cache.confirmEdit' | 'cache.undoEdit', id: number, done: string): Promise<void> => {
    const result = await session.ask(how, { robot, id }, editTimeoutMs);
    if (result.ok) notify('good', done);
  };
  return (
    <section aria-label="Changes to confirm" className="open-edits">
      <h2>Changes to confirm</h2>
      <p className="muted">The originals are kept on this disk, and take room, until you confirm or undo.</p>
      <ul>
        {edits.map((edit) => (
          <li key={edit.id} data-testid="open-edit">
            <span>
              {formatQuantity(edit.records, 'record')} {editWords[edit.what]}{' '}
              <span className="muted">at {formatTimeS(edit.atMs)}</span>
            </span>
            <Button
              data-testid="edit-undo"
              onClick={() => void end('cache.undoEdit', edit.id, 'The records are as they were before.')}
            >
              Undo
            </Button>
            <Button
              data-testid="edit-confirm"
              onClick={() =>
                void end('cache.confirmEdit', edit.id, 'Confirmed: the originals are gone from this disk.')
              }
            >
              Confirm
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
