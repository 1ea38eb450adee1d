import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { formatQuantity } from '../format/formatCount.js';
import { setCacheDesk, useCacheDesk } from './cacheDeskStore.js';
import type { DialogProps } from './DialogProps.js';
import { ExportForm } from './ExportForm.js';
import { ImportForm } from './ImportForm.js';
import { ReaimForm } from './ReaimForm.js';
import { RedactForm } from './RedactForm.js';
import { deleteRecords } from './selectionActions.js';

/** The dialogs of the desk; one at a time. */
export function CacheDialogs(props: DialogProps) {
  const dialog = useCacheDesk((desk) => desk.dialog);
  return (
    <>
      <CacheDialog open={dialog === 'redact'} title="Redact: take words out of log texts" size="46rem">
        <RedactForm {...props} />
      </CacheDialog>
      <CacheDialog open={dialog === 'reaim'} title="Send them somewhere else" size="34rem">
        <ReaimForm {...props} />
      </CacheDialog>
      <CacheDialog open={dialog === 'delete'} title="Delete without sending" size="32rem">
        <DeleteForm {...props} />
      </CacheDialog>
      <CacheDialog open={dialog === 'export'} title="Export to a file" size="36rem">
        <ExportForm {...props} />
      </CacheDialog>
      <CacheDialog open={dialog === 'import'} title="Import a folder of the original nodes" size="44rem">
        <ImportForm robot={props.robot} />
      </CacheDialog>
    </>
  );
}

function closeDialog(): void {
  setCacheDesk({ dialog: null });
}

function CacheDialog(props: {
  readonly open: boolean;
  readonly title: string;
  readonly size: string;
  readonly children: ReactNode;
}) {
  return (
    <Modal
      opened={props.open}
      onClose={closeDialog}
      title={props.title}
      size={props.size}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {props.children}
    </Modal>
  );
}

function DeleteForm({ robot, filter, records }: DialogProps) {
  const session = useSession();
  const words = records === null ? 'The records that fit' : formatQuantity(records, 'record');
  return (
    <div className="dialog-form">
      <p>
        {words} of {robot} will go from this disk without being sent. They can be had back for ten minutes (Ctrl Z), as
        long as the disk limit does not need their room.
      </p>
      <div className="dialog-end">
        <Button onClick={closeDialog}>Keep them</Button>
        <Button
          look="danger"
          data-autofocus
          data-testid="delete-confirm"
          onClick={() => {
            closeDialog();
            void deleteRecords(session, robot, filter);
          }}
        >
          Delete {records === null ? '' : formatQuantity(records, 'record')}
        </Button>
      </div>
    </div>
  );
}
