import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';

/** The window of a question about a robot file. What is in it begins anew each time that it is opened. */
export function ConfigDialog(props: {
  readonly title: string;
  readonly width: string;
  readonly opened: boolean;
  readonly close: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.close}
      title={props.title}
      size={props.width}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {props.opened && props.children}
    </Modal>
  );
}
