import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import './cacheDialogs.css';
import { closeDialog, useCacheDesk } from './cacheDeskStore.js';
import { DeleteForm } from './DeleteForm.js';
import type { DialogProps } from './DialogProps.js';
import { ExportForm } from './ExportForm.js';
import { ImportForm } from './ImportForm.js';
import { ReaimForm } from './ReaimForm.js';
import { RetimeForm } from './RetimeForm.js';
import { RedactForm } from './RedactForm.js';

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
      <CacheDialog open={dialog === 'retime'} title="Edit the robot's time" size="40rem">
        <RetimeForm {...props} />
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
