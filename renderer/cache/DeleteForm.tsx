import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { formatQuantity } from '../format/formatCount.js';
import { closeDialog } from './cacheDeskStore.js';
import type { DialogProps } from './DialogProps.js';
import { deleteRecords } from './selectionActions.js';

/** Asks once more. Whoever presses Enter without reading keeps the records. */
export function DeleteForm({ robot, filter, records }: DialogProps) {
  const session = useSession();
  const words = records === null ? 'The records that fit' : formatQuantity(records, 'record');
  return (
    <div className="dialog-form">
      <p>
        {words} of {robot} will go from this disk without being sent. They can be had back for ten minutes (Ctrl Z), as
        long as the disk limit does not need their room.
      </p>
      <div className="dialog-end">
        <Button data-autofocus data-testid="delete-keep" onClick={closeDialog}>
          Keep them
        </Button>
        <Button
          look="danger"
          data-testid="delete-confirm"
          onClick={() => {
            closeDialog();
            void deleteRecords(session, robot, filter);
          }}
        >
          Delete {records === null ? 'them' : formatQuantity(records, 'record')}
        </Button>
      </div>
    </div>
  );
}
